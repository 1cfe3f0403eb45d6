# Answering: takes the request apart, has it applied and read, and answers.

function Get-Members($dictionary) {
    $members = @(foreach ($name in $dictionary.Keys) { (ConvertTo-Text $name) + ':' + $dictionary[$name] })
    '{' + ($members -join ',') + '}'
}

$images = [Activator]::CreateInstance([Collections.Hashtable])
$files = [Activator]::CreateInstance([Collections.Specialized.OrderedDictionary])
# By the case of the name, unlike @{}.
$labels = [Activator]::CreateInstance([Collections.Hashtable])
$answers = @{}
foreach ($kind in 'registry', 'services', 'interfaces', 'commands', 'events', 'conflicts', 'operations', 'access') {
    $answers[$kind] = [Collections.ArrayList]@()
}
$rules = [string[]]@()
$operations = [Collections.ArrayList]@()
$queries = [Collections.ArrayList]@()
$progress = @{ operation = -1; writing = $false }
$failure = 'null'
try {
    # The lines before the rules are what stands for `0, `1 and so on in those that follow.
    $lines = $request.Split([char]10)
    for ($first = 0; !$lines[$first].StartsWith('rules|'); $first++) { $request = $request.Replace('`' + $first,
        $lines[$first]) }
    foreach ($line in $request.Split([char]10)[$first..$lines.Length]) {
        # Empty fields at the end of a line are not sent.
        $field = ($line + '||||||||||').Split('|')
        if ($field[0] -eq 'rules') { $rules = [string[]](Get-List $field[1]) }
        elseif ($field[0] -ne 'operation') { [void]$queries.Add($field) }
        else {
            # The fifth field is data, which is read by its type.
            $operation = [string[]]$field[1..7]
            foreach ($i in 0, 1, 2, 3, 5, 6) { $operation[$i] = [regex]::Unescape($operation[$i]) }
            [void]$operations.Add($operation)
        }
    }
    if ($operations.Count) { Invoke-Writing $operations }
    foreach ($query in $queries) {
        if ($query[0] -eq 'registry') { Read-Registry $query } else { Invoke-Query $query }
    }
}
catch { $failure = '{"operation":' + $progress.operation + ',"writing":' +
    $progress.writing.ToString().ToLowerInvariant() + ',"reason":' + (ConvertTo-Text (Get-ErrorWord $_)) + '}' }

foreach ($path in @($unreadable.Keys)) { $unreadable[$path] = ConvertTo-Text $unreadable[$path] }
$answer = '{"environment":' + (Read-Environment) + ',"files":' + (Get-Members $files) + ',"unreadable":' +
    (Get-Members $unreadable)
foreach ($kind in 'services', 'commands', 'events', 'access') { $answer += ',"' + $kind + '":{' +
    ($answers[$kind] -join ',') + '}' }
foreach ($kind in 'registry', 'interfaces', 'conflicts', 'operations') { $answer += ',"' + $kind + '":[' +
    ($answers[$kind] -join ',') + ']' }
$answer += ',"failure":' + $failure + '}'
$nonce + ':' + (Format-Answer $answer) + ':' + $nonce
