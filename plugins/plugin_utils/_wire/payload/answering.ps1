# Answering: takes the request apart, has it applied and read, and answers.

function Get-Members($dictionary) {
    $members = @(foreach ($name in $dictionary.Keys) { (Get-Json $name) + ':' + $dictionary[$name] })
    '{' + ($members -join ',') + '}'
}

# Rules for image paths: expression and replacement in turn. Here and below casts hand on plain values: PowerShell 2.0
# wraps what a function returns.
function Get-Rules([string]$field) {
    $rules = @() + (Get-List $field)
    for ($i = 0; $i -lt $rules.Length; $i += 2) {
        $rules[$i] = [Activator]::CreateInstance([regex], @([string]$rules[$i], $ignoreCase)) }
    , $rules
}

# The fifth field of an operation is data, which is read by its type.
function Get-Operation([string[]]$field) {
    $operation = [string[]]$field[1..7]
    foreach ($i in 0, 1, 2, 3, 5, 6) { $operation[$i] = [regex]::Unescape($operation[$i]) }
    , $operation
}

$images = [Activator]::CreateInstance([Collections.Hashtable])
$files = [Activator]::CreateInstance([Collections.Specialized.OrderedDictionary])
# By the case of the name, unlike @{}.
$labels = [Activator]::CreateInstance([Collections.Hashtable])
$answers = @{}
$dictionaries = 'services', 'commands', 'events', 'access'
$lists = 'interfaces', 'conflicts', 'operations'
foreach ($kind in $dictionaries + $lists) { $answers[$kind] = [Collections.ArrayList]@() }
$rules = @()
$operations = [Collections.ArrayList]@()
$readings = [Collections.ArrayList]@()
$queries = [Collections.ArrayList]@()
$progress = @{ operation = -1; writing = $false }
$failure = 'null'
try {
    # The lines before the rules are what stands for `A, `B and so on in those that follow.
    $lines = $request.Split([char]10)
    for ($first = 0; !$lines[$first].StartsWith('rules|'); $first++) { $request = $request.Replace('`' +
        [char](65 + $first), $lines[$first]) }
    foreach ($line in $request.Split([char]10)[$first..$lines.Length]) {
        # Empty fields at the end of a line are not sent.
        $field = ($line + '|||||||||||').Split('|')
        switch ($field[0]) {
            'rules' { $rules = Get-Rules $field[1] }
            'operation' { [void]$operations.Add([string[]](Get-Operation $field)) }
            'registry' { [void]$readings.Add([object[]](Get-Query $field)) }
            default { [void]$queries.Add($field) }
        }
    }
    if ($operations.Count) { Invoke-Writing $operations }
    Read-Registry $readings.ToArray()
    foreach ($query in $queries) { Invoke-Query $query }
}
catch { $failure = '{"operation":' + $progress.operation + ',"writing":' +
    $progress.writing.ToString().ToLowerInvariant() + ',"reason":' + (Get-Json (Get-ErrorWord $_)) + '}' }

foreach ($path in @($unreadable.Keys)) { $unreadable[$path] = Get-Json $unreadable[$path] }
$registry = @(foreach ($reading in $readings) { $reading[0] -join ',' }) -join '},{'
if ($readings.Count) { $registry = '{' + $registry + '}' }
$answer = @('{"environment":', (Read-Environment), ',"files":', (Get-Members $files), ',"unreadable":',
    (Get-Members $unreadable))
foreach ($kind in $dictionaries) {
    $answer += ',"' + $kind + '":{', ($answers[$kind] -join ','), '}' }
foreach ($kind in $lists) {
    $answer += ',"' + $kind + '":[', ($answers[$kind] -join ','), ']' }
$answer += ',"registry":[', $registry, '],"failure":', $failure, '}'
$nonce + ':' + (Format-Answer ($answer -join '')) + ':' + $nonce
