# Reading: registry, files, services.

# Levels and keys below a key: one call of Windows makes no more levels at a time, and no key of a driver or a device
# has as many.
$deepest = 32
$mostKeys = 20000
$notOpened = 'it is listed and cannot be opened: its name holds a NUL, it is a registry link that leads nowhere, ' +
    'or it was just deleted'
# Set a value, create a key or a link, delete, change permissions, take ownership; generic write and all.
$writeRights = 1343029222

function ConvertTo-Hex($bytes) {
    '"' + [BitConverter]::ToString($bytes).Replace('-', '').ToLowerInvariant() + '"'
}

function ConvertTo-Unsigned([long]$number) {
    [BitConverter]::ToUInt64([BitConverter]::GetBytes($number), 0).ToString()
}

# A value that is no text as JSON.
function ConvertTo-Value($key, $name, $data) {
    if ($data -is [int]) {
        if ($data -lt 0) { $data += 4294967296 }
        $data.ToString()
    }
    elseif ($data -is [string[]]) { '[' + (@(foreach ($item in $data) { ConvertTo-Text $item }) -join ',') + ']' }
    else { ConvertTo-Rare $key $name $data }
}

function ConvertTo-Rare($key, $name, $data) {
    if ($data -is [byte[]]) {
        # .NET 4 knows REG_NONE by the kind -1; other kinds it only calls unknown.
        switch ([int]$key.GetValueKind($name)) {
            3 { '{"REG_BINARY":' + (ConvertTo-Hex $data) + '}' }
            -1 { '{"REG_NONE":' + (ConvertTo-Hex $data) + '}' }
            default { '{"REG_UNKNOWN":' + (ConvertTo-Hex $data) + '}' }
        }
    }
    elseif ($data -is [long]) {
        # .NET reads a REG_DWORD of 8 bytes so too, which could not be written again: its bytes are told.
        if ([int]$key.GetValueKind($name) -eq 11) { '{"REG_QWORD":' + (ConvertTo-Unsigned $data) + '}' }
        else { '{"REG_UNKNOWN":' + (ConvertTo-Hex ([BitConverter]::GetBytes($data))) + '}' }
    }
    else { '{"REG_UNKNOWN":null}' }
}

# What a file is, in one format: a server has hundreds of drivers. Most texts need no escape, and one look at all four
# tells.
$fileFormat = '{{"size":{0},"file_version":"{1}.{2}.{3}.{4}","product_version":"{5}.{6}.{7}.{8}",' +
    '"company":"{9}","product":"{10}",' +
'"description":"{11}","original_filename":"{12}","created":"{13:s}Z","modified":"{14:s}Z"}}'
function Get-Escaped($texts) { foreach ($text in $texts) { (ConvertTo-Text $text) -replace '^"|"$' } }

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
# come with the request, and what is written twice, as of svchost.exe, is looked at once.
function Read-Image([string]$written, [string]$service) {
    $images[$written] = ''
    for ($i = 0; $i -lt $rules.Length; $i += 2) {
        if ([regex]::IsMatch($written, $rules[$i], $ignoreCase)) {
            $path = [regex]::Replace($written, $rules[$i], $rules[$i + 1], $ignoreCase)
            $path = [Environment]::ExpandEnvironmentVariables($path.Replace('<service>', $service))
            if ($path -and !$files.Contains($path)) { $files[$path] = Read-File $path }
            $images[$written] = $path
            return
        }
    }
}

# What a query of the registry asks stands in variables of Read-Registry; the functions that it calls see them: $pattern,
# $depth, $all, $names, $types, $where, $mask, $wanted, $image, $identify; $pending are the keys that wait to be read,
# with path and depth, $found is the answer, key by key. The functions are small, with what is rare in others of their
# own: PowerShell compiles what runs often whole, and a loop once more with the function around it.

function Test-Filter($key) {
    $data = $key.GetValue($where, $null, $unexpanded)
    if ($mask) { return ($data -is [int]) -and ($data -band $mask) }
    foreach ($item in $data) { if ($wanted -contains $item) { return $true } }
    return $false
}

function Get-Label($name) {
    $labels[$name] = ',' + (ConvertTo-Text $name) + ':'
    $labels[$name]
}

# What the named values of a key hold, each as ,"name":data. A large server waits for this loop: for the common types it
# calls no function.
function Read-Values($key, $names, $all, $types) {
    $isSpecial = $special
    $known = $labels
    $text = [Text.StringBuilder]''
    foreach ($name in $names) {
        $data = $key.GetValue($name, $null, $unexpanded)
        if ($data -is [string]) {
            if ($isSpecial.IsMatch($data)) { $json = ConvertTo-Text $data }
            else { $json = '"' + $data.Replace('\', '\\') + '"' }
            if ($types -and [int]$key.GetValueKind($name) -eq 2) { $json = '{"REG_EXPAND_SZ":' + $json + '}' }
        }
        elseif ($data -is [int] -and $data -ge 0) { $json = $data.ToString() }
        elseif ($all -or $null -ne $data) { $json = ConvertTo-Value $key $name $data }
        else { continue }
        $label = $known[$name]
        if (!$label) { $label = Get-Label $name }
        [void]$text.Append($label).Append($json)
    }
    $text.ToString()
}

# Has the keys below one wait. What can be listed and not opened (a link that leads nowhere, a name with a NUL) is told.
function Add-Child($key, $name, $path, $level) {
    try {
        $child = $null
        if ($name.IndexOf($nul) -lt 0) { $child = $key.OpenSubKey($name) }
        if ($child) { $pending.Push(@($child, $path, $level)) } else { $unreadable[$path] = $notOpened }
    }
    catch { $unreadable[$path] = Get-ErrorWord $_ }
}

function Get-SoundNames($names, $path) {
    $unreadable[$path] = 'the name of a value holds a NUL, so the value cannot be read'
    , @(foreach ($name in $names) { if ($name.IndexOf($nul) -lt 0) { $name } })
}

function Read-Key($key, $path, $level) {
    try {
        if ($all) {
            $names = $key.GetValueNames()
            if (($names -join '').IndexOf($nul) -ge 0) { $names = Get-SoundNames $names $path }
        }
        $text = Read-Values $key $names $all $types
        if ($text) { $text = $text.Substring(1) }
        if ($all -or $text) { [void]$found.Add((ConvertTo-Text $path) + ':{' + $text + '}') }
        if ($level) { foreach ($name in $key.GetSubKeyNames()) {
            Add-Child $key $name ($path + '\' + $name) ($level - 1) } }
    }
    catch { $unreadable[$path] = Get-ErrorWord $_ }
    $key.Close()
}

# Reads a key and, down to the depth that is asked, what is below it. A registry link reads as the key that it leads to,
# and may lead to a key above itself: so depth and number have a bound. What is beyond it is told.
function Read-Below($key, $path) {
    Read-Key $key $path $depth
    $left = $mostKeys
    while ($pending.Count) {
        $key, $path, $level = $pending.Pop()
        $left--
        if ($left -gt 0 -and $level -ge -$deepest) { Read-Key $key $path $level }
        else { Close-Unread $key $path }
    }
}

function Close-Unread($key, $path) {
    $unreadable[$path] = "InvalidOperationException: more than $mostKeys keys or $deepest levels, as of a registry " +
        'link in a circle'
    $key.Close()
}

# The key's name is that of a service.
function Add-Image($key, $path) {
    $written = [string]$key.GetValue($image, '', $unexpanded)
    if (!$written -or !$images.ContainsKey($written)) {
        Read-Image $written $path.Substring($path.LastIndexOf('\') + 1) }
    if ($identify.Length) { [void]$described.Add($images[$written]) }
}

# Reads a key that the pattern names, if it is one that the query asks for.
function Read-Found($key, $path) {
    if ($where -and !(Test-Filter $key)) { $key.Close(); return }
    if ($image) { Add-Image $key $path }
    if ($depth) { Read-Below $key $path } else { Read-Key $key $path 0 }
}

function Get-ChildNames($key, $expression) {
    $names = $key.GetSubKeyNames()
    if (!$expression) { return , $names }
    , @(foreach ($name in $names) { if ([regex]::IsMatch($name, $expression, $ignoreCase)) { $name } })
}

# The parts of a pattern are, in turn, a literal path and a regular expression for one name below it, nothing for any
# name. Finds what the rest of a pattern, from the expression in place $part, names below a key.
function Find-Key($key, $path, $part) {
    $listed = Get-ChildNames $key $pattern[$part]
    foreach ($name in $listed) {
        Find-Child $key $name ($path + '\' + $name) ($part + 1) }
}

# What cannot be read is told by its path, and does not stand in the way of its neighbours.
function Find-Child($key, $name, $path, $part) {
    try {
        $child = $null
        if ($name.IndexOf($nul) -lt 0) { $child = $key.OpenSubKey($name) }
        if (!$child) { $unreadable[$path] = $notOpened; return }
        $literal = $pattern[$part]
        if ($literal) {
            $path += '\' + $literal
            $parent = $child
            $child = $parent.OpenSubKey($literal)
            $parent.Close()
            if (!$child) { return }
        }
        if ($part + 1 -lt $pattern.Length) { Find-Key $child $path ($part + 1); $child.Close() }
        else { Read-Found $child $path }
    }
    catch { $unreadable[$path] = Get-ErrorWord $_ }
}

function Read-Registry([string[]]$field) {
    $pattern = Get-List $field[2]
    $depth = [int]$field[3]
    $all = $field[4] -eq 'all'
    $names = Get-List $field[5]
    $where = [regex]::Unescape($field[6])
    $mask = [int]$field[7]
    $wanted = Get-List $field[8]
    $image = [regex]::Unescape($field[9])
    $types = $field[10] -ne 'plain'
    $identify = Get-List $field[11]
    $pending = [Collections.Stack]@()
    $found = [Collections.ArrayList]@()
    $described = [Collections.ArrayList]@()
    $path = $field[1]
    if ($pattern[0]) { $path += '\' + $pattern[0] }
    try {
        $key = Open-Hive $path
        if ($pattern[0]) { $key = $key.OpenSubKey($pattern[0]) }
        if ($key) {
            if ($pattern.Length -eq 1) { Read-Found $key $path } else { Find-Key $key $path 1; $key.Close() }
        }
        if ($described.Count) { Add-Identities $described $identify }
    }
    catch { $unreadable[$path] = Get-ErrorWord $_ }
    Add-Answer registry ('{' + ($found -join ',') + '}')
}

# Who may write to a key, as SIDs: its owner, and whom a permission allows more there or below than to read.
function Read-Access([string]$path) {
    try {
        $key = Open-Key $path $false
        if (!$key) { return }
        $security = $key.GetAccessControl('Owner, Access')
        $key.Close()
        $writers = @(ConvertTo-Text $security.GetOwner([Security.Principal.SecurityIdentifier]).Value)
        foreach ($rule in $security.GetAccessRules($true, $true, [Security.Principal.SecurityIdentifier])) {
            if ([int]$rule.AccessControlType -eq 0 -and ([int]$rule.RegistryRights -band $writeRights)) {
                $writers += ConvertTo-Text $rule.IdentityReference.Value }
        }
        Add-Answer access ((ConvertTo-Text $path) + ':[' + ($writers -join ',') + ']')
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
    foreach ($service in Get-ServiceController) {
        $name = $service.ServiceName
        foreach ($pattern in $patterns) {
            if (!$pattern -or [regex]::IsMatch($name, $pattern, $ignoreCase)) {
                if ($special.IsMatch($name)) { $name = (ConvertTo-Text $name) -replace '^"|"$' }
                $canStop = 'false'
                if ($service.CanStop) { $canStop = 'true' }
                [void]$found.Add('"' + $name + '":{"status":"' + $statuses[[int]$service.Status] + '","can_stop":' +
                    $canStop + '}')
                break
            }
        }
    }
}

function Read-Environment {
    $architecture = [Environment]::GetEnvironmentVariable('PROCESSOR_ARCHITEW6432')
    if (!$architecture) { $architecture = [Environment]::GetEnvironmentVariable('PROCESSOR_ARCHITECTURE') }
    # The variables that image paths use, so that the controller expands them alike.
    $variables = foreach ($name in 'SystemRoot', 'SystemDrive', 'windir', 'ProgramFiles', 'ProgramFiles(x86)') {
        $text = [Environment]::GetEnvironmentVariable($name)
        if ($text) { (ConvertTo-Text $name) + ':' + (ConvertTo-Text $text) + ',' }
    }
    '{' + (@($variables) -join '') +
    '"architecture":' + (ConvertTo-Text $architecture) +
    ',"powershell":' + (ConvertTo-Text $PSVersionTable.PSVersion.ToString()) +
    ',"computer_name":' + (ConvertTo-Text ([Environment]::MachineName)) + '}'
}

function Invoke-Query([string[]]$field) {
    switch ($field[0]) {
        'registry' { Read-Registry $field }
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
            if ($output -eq $timedOut) { $unreadable["$program $arguments"] = 'timed out' }
            else { Add-Answer commands ((ConvertTo-Text "$program $arguments") + ':' + $output) }
        }
        default { throw [ArgumentException]"the request asks for '$_', which this payload does not know" }
    }
}
