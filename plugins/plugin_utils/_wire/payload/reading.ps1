# Reading: registry, files, services.

# Levels and keys below a key: one call of Windows makes no more levels at a time, and no key of a driver or a device
# has as many.
$deepest = 32
$mostKeys = 20000
$notOpened = 'it is listed and cannot be opened: a NUL in its name, a registry link that leads nowhere, ' +
    'or it was just deleted'
# Set a value, create a key or a link, delete, change permissions, take ownership; generic write and all.
$writeRights = 1343029222
$tooMany = "InvalidOperationException: over $mostKeys keys or $deepest levels, as of a registry link in a circle"

function ConvertTo-Hex($bytes) {
    '"' + [BitConverter]::ToString($bytes).Replace('-', '').ToLowerInvariant() + '"'
}

# A value that is no text as JSON.
function ConvertTo-Value($key, $name, $data) {
    if ($data -is [int]) {
        if ($data -lt 0) { $data += 4294967296 }
        $data.ToString()
    }
    elseif ($data -is [string[]]) { '[' + (@(foreach ($item in $data) { Get-Json $item }) -join ',') + ']' }
    else { ConvertTo-Rare $key $name $data }
}

function ConvertTo-Rare($key, $name, $data) {
    if ($data -is [long]) {
        $bytes = [BitConverter]::GetBytes($data)
        if ([int]$key.GetValueKind($name) -eq 11) { '{"REG_QWORD":' + [BitConverter]::ToUInt64($bytes, 0) + '}' }
        # .NET reads a REG_DWORD of 8 bytes so too, which could not be written again: its bytes are told.
        else { '{"REG_UNKNOWN":' + (ConvertTo-Hex $bytes) + '}' }
    }
    elseif ($data -is [byte[]]) {
        # .NET 4 knows REG_NONE by the kind -1; other kinds it only calls unknown.
        $type = 'UNKNOWN'
        $kind = [int]$key.GetValueKind($name)
        if ($kind -eq 3) { $type = 'BINARY' }
        elseif ($kind -lt 0) { $type = 'NONE' }
        '{"REG_' + $type + '":' + (ConvertTo-Hex $data) + '}'
    }
    else { '{"REG_UNKNOWN":null}' }
}

# What a file is, in one format: a server has hundreds of drivers. Most texts need no escape, and one look at all four
# tells.
$fileFormat = '{{"size":{0},"file_version":"{1}.{2}.{3}.{4}","product_version":"{5}.{6}.{7}.{8}",' +
    '"company":"{9}","product":"{10}",' +
'"description":"{11}","original_filename":"{12}","created":"{13:s}Z","modified":"{14:s}Z"}}'
function Get-Escaped($texts) { foreach ($text in $texts) { (Get-Json $text) -replace '^"|"$' } }

function Read-File([string]$path) {
    try {
        $native = $path
        if ($wow64) { $native = Get-NativePath $path }
        $file = [IO.FileInfo]$native
        if (!$file.Exists) { return 'null' }
        $version = [Diagnostics.FileVersionInfo]::GetVersionInfo($file.FullName)
        $texts = [string[]]@($version.CompanyName, $version.ProductName, $version.FileDescription,
            $version.OriginalFilename)
        if ($escaped.IsMatch($texts -join '')) { $texts = Get-Escaped $texts }
        $fileFormat -f $file.Length, $version.FileMajorPart, $version.FileMinorPart, $version.FileBuildPart,
            $version.FilePrivatePart,
        $version.ProductMajorPart, $version.ProductMinorPart, $version.ProductBuildPart, $version.ProductPrivatePart,
        $texts[0], $texts[1], $texts[2], $texts[3], $file.CreationTimeUtc, $file.LastWriteTimeUtc
    }
    catch {
        $unreadable[$path] = Get-ErrorWord $_
        'null'
    }
}

# Describes the file that an image path names. The first rule that matches says how it reads as a full path; the rules
# come with the request, and what is written twice, as of svchost.exe, is looked at once. $place ends with the service's
# name.
function Read-Image([string]$written, [string]$place) {
    $images[$written] = ''
    for ($i = 0; $i -lt $rules.Length; $i += 2) {
        if ($rules[$i].IsMatch($written)) {
            $service = $place.Substring($place.LastIndexOf('\') + 1)
            $path = [Environment]::ExpandEnvironmentVariables(
                $rules[$i].Replace($written, $rules[$i + 1]).Replace('<service>', $service))
            if ($path -and !$files.Contains($path)) { $files[$path] = Read-File $path }
            $images[$written] = $path
            return
        }
    }
}

# A query of the registry, taken apart: first the answer, key by key, which Read-Registry fills. The parts of a pattern
# are, in turn, a literal path and a regular expression for one name below it, nothing for any name, = for a name that
# an earlier query found.
function Get-Query([string[]]$field) {
    , @([Collections.ArrayList]@(), ($field[1] + '\'), (Get-List $field[2]), [int]$field[3], ($field[4] -eq 'all'),
        (Get-List $field[5]), [regex]::Unescape($field[6]), [int]$field[7], (Get-List $field[8]),
        [regex]::Unescape($field[9]), ($field[10] -ne 'plain'), (Get-List $field[11]), $field[12])
}

function Get-Label($name) {
    $labels[$name] = ',' + (Get-Json $name) + ':'
    $labels[$name]
}

function Test-Texts($data, $wanted) {
    foreach ($item in $data) { if ($wanted -contains $item) { return $true } }
    return $false
}

function Get-Matching($names, $expressions) {
    , @(foreach ($name in $names) {
        foreach ($expression in $expressions) {
            if ([regex]::IsMatch($name, $expression, $ignoreCase)) { $name; break }
        }
    })
}

# A name with a NUL can be listed, and what it names can be neither opened nor read.
function Get-ReadableNames($names, $path) {
    $unreadable[$path] = 'the name of a value holds a NUL, so the value cannot be read'
    , @(foreach ($name in $names) { if ($name.IndexOf($nul) -lt 0) { $name } })
}

# Tells of the keys below a path that are not read: all, or those whose names hold a NUL. Returns the others.
function Skip-Keys($names, $below, $all) {
    , @(foreach ($name in $names) {
        if ($all) { $unreadable[$below + $name] = $tooMany }
        elseif ($name.IndexOf($nul) -ge 0) { $unreadable[$below + $name] = $notOpened }
        else { $name }
    })
}

# Reads what queries of the registry ask: each key that a pattern names, if it is one that the query wants, and what is
# below it, down to the depth that is asked. What cannot be read is told by its path, and does not stand in the way of
# its neighbours. A large server has thousands of keys, so all of it is one loop that calls no function for what is
# common: a call takes longer than a value, and PowerShell compiles each function that runs often.
#
# $listed are names of keys below the path $below, of which $index is next; $tail is the literal path that follows each,
# $part its place in the pattern, and $level how many levels below are asked. $waiting are those lists that wait while
# one below them is read.
function Read-Registry($queries) {
    $raw = $unexpanded
    $toEscape = $special
    $known = $labels
    $named = @{}
    $waiting = [Collections.Stack]@()
    $listed = @()
    $next = $index = 0
    while ($true) {
        if ($index -lt $listed.Length) {
            $place = $below + $listed[$index] + $tail
            $index++
        }
        elseif ($waiting.Count) {
            $below, $listed, $index, $tail, $part, $level = $waiting.Pop()
            continue
        }
        elseif ($next -lt $queries.Length) {
            $found, $hive, $pattern, $level, $all, $names, $where, $mask, $wanted, $image, $types, $identify,
                $naming =
                $queries[$next]
            $next++
            $place = $tail = $pattern[0]
            $part = 0
        }
        else { return }
        $path = $hive + $place
        $key = $null
        try {
            if (!$part) { $key = $root = Open-Hive $path }
            if ($place) { $key = $root.OpenSubKey($place) }
            if (!$key) {
                if (!$tail) { $unreadable[$path] = $notOpened }
                continue
            }
            $isNamed = $part + 1 -ge $pattern.Length
            if ($isNamed) {
                if ($pattern.Length -ge $part) {
                    if ($where) {
                        $data = $key.GetValue($where, $null, $raw)
                        if ($mask) { $isNamed = ($data -is [int]) -and ($data -band $mask) }
                        else { $isNamed = Test-Texts $data $wanted }
                        if (!$isNamed) { $key.Close(); continue }
                    }
                    if ($image) {
                        $written = [string]$key.GetValue($image, '', $raw)
                        if (!$written -or !$images.ContainsKey($written)) { Read-Image $written $place }
                        if ($identify.Length) { Add-Identities $images[$written] $identify }
                    }
                    if ($naming) { $named[[string]$key.GetValue($naming)] = $true }
                    $left = $mostKeys
                }
                if ($all) {
                    $names = $key.GetValueNames()
                    if (($names -join '').IndexOf($nul) -ge 0) { $names = Get-ReadableNames $names $path }
                }
                # The values, each as ,"name":data.
                $text = ''
                foreach ($name in $names) {
                    $data = $key.GetValue($name, $null, $raw)
                    if ($data -is [string]) {
                        if ($toEscape.IsMatch($data)) { $json = Get-Json $data }
                        else { $json = '"' + $data.Replace('\', '\\') + '"' }
                        if ($types -and [int]$key.GetValueKind($name) -eq 2) {
                            $json = '{"REG_EXPAND_SZ":' + $json + '}' }
                    }
                    elseif ($data -is [int] -and $data -ge 0) { $json = $data.ToString() }
                    elseif ($all -or $null -ne $data) { $json = ConvertTo-Value $key $name $data }
                    else { continue }
                    $label = $known[$name]
                    if (!$label) { $label = Get-Label $name }
                    $text += $label + $json
                }
                if ($all -or $text) {
                    if ($toEscape.IsMatch($path)) { $json = Get-Json $path }
                    else { $json = '"' + $path.Replace('\', '\\') + '"' }
                    if ($text) { $text = $text.Substring(1) }
                    [void]$found.Add($json + ':{' + $text + '}')
                }
            }
            if ($level -or !$isNamed) {
                $waiting.Push(@($below, $listed, $index, $tail, $part, $level))
                $listed = $key.GetSubKeyNames()
                $index = 0
                $below = $place
                if ($place) { $below += '\' }
                if (($listed -join '').IndexOf($nul) -ge 0) { $listed = Skip-Keys $listed ($hive + $below) $false }
                if ($isNamed) {
                    # A registry link reads as the key that it leads to, and may lead to a key above itself: so depth
                    # and number have a bound. What is beyond it is told.
                    $part = $pattern.Length + 1
                    $tail = ''
                    $level--
                    $left -= $listed.Length
                    if ($left -lt 0 -or $level -lt -$deepest) { $listed = Skip-Keys $listed ($hive + $below) $true }
                }
                else {
                    $fitting = $pattern[$part + 1]
                    if ($fitting -eq '=') { $listed = @(foreach ($name in $listed) { if ($named[$name]) { $name } }) }
                    elseif ($fitting) { $listed = Get-Matching $listed $fitting }
                    $part += 2
                    $tail = $pattern[$part]
                    if ($tail) { $tail = '\' + $tail }
                }
            }
        }
        catch { $unreadable[$path] = Get-ErrorWord $_ }
        if ($key) { $key.Close() }
    }
}

# Who may write to a key, as SIDs: its owner, and whom a permission allows more there or below than to read.
function Read-Access([string]$path) {
    try {
        $key = Open-Key $path $false
        if (!$key) { return }
        $security = $key.GetAccessControl('Owner, Access')
        $key.Close()
        $writers = @(Get-Json $security.GetOwner([Security.Principal.SecurityIdentifier]).Value)
        foreach ($rule in $security.GetAccessRules($true, $true, [Security.Principal.SecurityIdentifier])) {
            if ([int]$rule.AccessControlType -eq 0 -and ([int]$rule.RegistryRights -band $writeRights)) {
                $writers += Get-Json $rule.IdentityReference.Value }
        }
        Add-Answer access ((Get-Json $path) + ':[' + ($writers -join ',') + ']')
    }
    catch { $unreadable[$path] = Get-ErrorWord $_ }
}

# .NET loads the assembly when the type is asked for by its full name, of 2.0: later ones take that for their own.
function Get-ServiceController {
    [void][Type]::GetType($serviceController)
    [ServiceProcess.ServiceController]::GetDevices()
    [ServiceProcess.ServiceController]::GetServices()
}

function Read-Service([string[]]$patterns) {
    $found = $answers['services']
    $any = $patterns -contains ''
    foreach ($service in Get-ServiceController) {
        $name = $service.ServiceName
        if ($any -or (Get-Matching $name $patterns).Length) {
            $canStop = 'false'
            if ($service.CanStop) { $canStop = 'true' }
            [void]$found.Add((Get-Json $name) + ':{"status":"' + $statuses[[int]$service.Status] + '","can_stop":' +
                $canStop + '}')
        }
    }
}

function Read-Environment {
    if (!$wow64) { $architecture = [Environment]::GetEnvironmentVariable('PROCESSOR_ARCHITECTURE') }
    # The variables that image paths use, so that the controller expands them alike.
    $variables = foreach ($name in 'SystemRoot', 'SystemDrive', 'windir', 'ProgramFiles', 'ProgramFiles(x86)') {
        $text = [Environment]::GetEnvironmentVariable($name)
        if ($text) { (Get-Json $name) + ':' + (Get-Json $text) + ',' }
    }
    '{' + (@($variables) -join '') +
    '"architecture":' + (Get-Json $architecture) +
    ',"powershell":' + (Get-Json $PSVersionTable.PSVersion.ToString()) +
    ',"computer_name":' + (Get-Json ([Environment]::MachineName)) + '}'
}

function Invoke-Query([string[]]$field) {
    switch ($field[0]) {
        'file' {
            $paths = Get-List $field[1]
            $facts = Get-List $field[2]
            foreach ($path in $paths) {
                $path = [Environment]::ExpandEnvironmentVariables($path)
                if (!$files.Contains($path)) { $files[$path] = Read-File $path }
                if ($facts.Length) { Add-Identity $path $facts }
            }
        }
        'service' { Read-Service (Get-List $field[1]) }
        'access' { Read-Access ([regex]::Unescape($field[1])) }
        # What follows is in network.ps1 and events.ps1; Add-Identity is in identity.ps1.
        'event' {
            $log = [regex]::Unescape($field[1])
            Read-Event $log ([regex]::Unescape($field[2])) (Get-List $field[3]) $field[4] ([int]$field[5]) }
        'interface' { Read-Interface (Get-List $field[1]) }
        'command' {
            $program = [regex]::Unescape($field[1])
            $arguments = [regex]::Unescape($field[2])
            $output = Invoke-Program $program $arguments
            $line = "$program $arguments"
            if ($output -eq $timedOut) { $unreadable[$line] = 'timed out' }
            else { Add-Answer commands ((Get-Json $line) + ':' + $output) }
        }
        default { throw [ArgumentException]"the request asks for '$_', which this payload does not know" }
    }
}
