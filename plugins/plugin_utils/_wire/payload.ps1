# Reads what the request asks, writes what it says, and answers on one line. It decides nothing.
#
# The floor is PowerShell 2.0 on .NET 2.0: the language and .NET types only, because the modules that bring New-Object,
# ConvertTo-Json and Get-Service are not everywhere. tests/lab/test_payload_floor.py holds it to that.
# The request, the answer and the escapes are described in request.py, reply.py and canonical.py, their other side.
param([string]$nonce, [string]$request)

$ErrorActionPreference = 'Stop'
$statuses = 'unknown', 'stopped', 'start_pending', 'stop_pending', 'running', 'continue_pending', 'pause_pending', 'paused'
$unprintable = [regex]'[^ -~]'
$asEscape = [Text.RegularExpressions.MatchEvaluator] { '\u{0:x4}' -f [int][char]$args[0].Value }
$ignoreCase = [Text.RegularExpressions.RegexOptions]'IgnoreCase, CultureInvariant'
$unexpanded = [Microsoft.Win32.RegistryValueOptions]::DoNotExpandEnvironmentNames

# Windows sets PROCESSOR_ARCHITEW6432 in 32-bit processes on 64-bit Windows and nowhere else.
$wow64 = [bool][Environment]::GetEnvironmentVariable('PROCESSOR_ARCHITEW6432')
$systemRoot = [Environment]::GetEnvironmentVariable('SystemRoot')
$unreadable = [Activator]::CreateInstance([Collections.Specialized.OrderedDictionary])

function ConvertTo-Text([string]$text) {
    $text = $text.Replace('\', '\\').Replace('"', '\"')
    if ($unprintable.IsMatch($text)) { $text = $unprintable.Replace($text, $asEscape) }
    '"' + $text + '"'
}

function ConvertTo-Hex($bytes) {
    '"' + [BitConverter]::ToString($bytes).Replace('-', '').ToLowerInvariant() + '"'
}

function ConvertTo-Unsigned([long]$number) {
    [BitConverter]::ToUInt64([BitConverter]::GetBytes($number), 0).ToString()
}

# One registry value as JSON; nothing at all when the key has no such value.
function Read-Value($key, [string]$name, [bool]$exists) {
    $data = $key.GetValue($name, $null, $unexpanded)
    if ($data -is [string]) {
        $text = $data.Replace('\', '\\').Replace('"', '\"')
        if ($unprintable.IsMatch($text)) { $text = $unprintable.Replace($text, $asEscape) }
        if ([int]$key.GetValueKind($name) -eq 2) { '{"REG_EXPAND_SZ":"' + $text + '"}' } else { '"' + $text + '"' }
    }
    elseif ($data -is [int]) { if ($data -lt 0) { ($data + 4294967296).ToString() } else { $data.ToString() } }
    elseif ($data -is [string[]]) {
        $items = @(foreach ($item in $data) { ConvertTo-Text $item })
        '[' + [string]::Join(',', $items) + ']'
    }
    elseif ($data -is [byte[]]) {
        # .NET 4 knows REG_NONE by the kind -1; other kinds it only calls unknown.
        switch ([int]$key.GetValueKind($name)) {
            3 { '{"REG_BINARY":' + (ConvertTo-Hex $data) + '}' }
            -1 { '{"REG_NONE":' + (ConvertTo-Hex $data) + '}' }
            default { '{"REG_UNKNOWN":' + (ConvertTo-Hex $data) + '}' }
        }
    }
    elseif ($data -is [long]) { '{"REG_QWORD":' + (ConvertTo-Unsigned $data) + '}' }
    elseif ($exists) { '{"REG_UNKNOWN":null}' }
}

function Get-ErrorWord($failure) {
    $cause = $failure.Exception.GetBaseException()
    if ($cause -is [Security.SecurityException] -or $cause -is [UnauthorizedAccessException]) { 'access_denied' }
    else { $cause.GetType().Name + ': ' + $cause.Message }
}

# The root of a hive, always the 64-bit view of it. .NET 2.0 has no views: a 32-bit process there must not read SOFTWARE.
function Open-Hive([string]$path) {
    $hive = $path.Split('\')[0]
    if (!$wow64) {
        if ($hive -eq 'HKU') { return [Microsoft.Win32.Registry]::Users }
        return [Microsoft.Win32.Registry]::LocalMachine
    }
    $open = [Microsoft.Win32.RegistryKey].GetMethod('OpenBaseKey')
    if ($open) {
        $number = if ($hive -eq 'HKU') { -2147483645 } else { -2147483646 }
        $view = [Enum]::ToObject($open.GetParameters()[1].ParameterType, 256)
        return $open.Invoke($null, @([Enum]::ToObject([Microsoft.Win32.RegistryHive], $number), $view))
    }
    if ($path -match '^HKLM\\SOFTWARE(\\|$)') { throw [InvalidOperationException]'wow64' }
    [Microsoft.Win32.Registry]::LocalMachine
}

function Open-Key([string]$path, [bool]$writable) {
    $relative = $path.Substring($path.IndexOf('\') + 1)
    (Open-Hive $path).OpenSubKey($relative, $writable)
}

# The file that a path names, as this process must spell it: a 32-bit process sees System32 as Sysnative.
function Get-NativePath([string]$path) {
    if ($wow64) { [regex]::Replace($path, '\\System32\\', '\Sysnative\', $ignoreCase) } else { $path }
}

function Read-File([string]$path) {
    try {
        $file = [IO.FileInfo](Get-NativePath $path)
        if (!$file.Exists) { return 'null' }
        $version = [Diagnostics.FileVersionInfo]::GetVersionInfo($file.FullName)
        '{"size":' + $file.Length.ToString() +
        ',"file_version":"' + $version.FileMajorPart + '.' + $version.FileMinorPart + '.' + $version.FileBuildPart + '.' + $version.FilePrivatePart +
        '","product_version":"' + $version.ProductMajorPart + '.' + $version.ProductMinorPart + '.' + $version.ProductBuildPart + '.' + $version.ProductPrivatePart +
        '","company":' + (ConvertTo-Text $version.CompanyName) +
        ',"product":' + (ConvertTo-Text $version.ProductName) +
        ',"description":' + (ConvertTo-Text $version.FileDescription) +
        ',"original_filename":' + (ConvertTo-Text $version.OriginalFilename) +
        ',"created":"' + $file.CreationTimeUtc.ToString('s') + 'Z","modified":"' + $file.LastWriteTimeUtc.ToString('s') + 'Z"}'
    }
    catch {
        $unreadable[$path] = Get-ErrorWord $_
        'null'
    }
}

function Read-Files([string[]]$paths) {
    foreach ($path in $paths) { if (!$files.Contains($path)) { $files[$path] = Read-File $path } }
}

# The first rule that matches an image path says how it reads as a full path; the rules come with the request.
function Resolve-Image([string]$written, [string]$service) {
    for ($i = 0; $i -lt $rules.Length; $i += 2) {
        if ([regex]::IsMatch($written, $rules[$i], $ignoreCase)) {
            $path = [regex]::Replace($written, $rules[$i], $rules[$i + 1], $ignoreCase)
            return [Environment]::ExpandEnvironmentVariables($path.Replace('<service>', $service))
        }
    }
    ''
}

function Test-Filter($key, $query) {
    $data = $key.GetValue($query.where, $null, $unexpanded)
    if ($null -eq $data) { return $false }
    if ($query.mask) { return ($data -is [int]) -and ($data -band $query.mask) }
    foreach ($item in @($data)) { if ($query.wanted -contains $item) { return $true } }
    return $false
}

function Read-Key($key, [string]$path, $query, [int]$depth) {
    $names = $query.values
    if ($query.all) { $names = $key.GetValueNames() }
    $found = foreach ($name in $names) {
        $value = Read-Value $key $name $query.all
        if ($value) { (ConvertTo-Text $name) + ':' + $value }
    }
    if ($query.all -or $found) {
        [void]$query.keys.Add((ConvertTo-Text $path) + ':{' + [string]::Join(',', @($found)) + '}')
    }
    if ($query.image) {
        $image = Resolve-Image ([string]$key.GetValue($query.image, '', $unexpanded)) $path.Substring($path.LastIndexOf('\') + 1)
        if ($image) { Read-Files $image }
    }
    if ($depth) {
        foreach ($name in $key.GetSubKeyNames()) { Open-Child $key $path $name $query ($depth - 1) $null }
    }
}

# Opens one subkey and goes on with it: to the next part of the pattern, or, where there is none, to reading.
function Open-Child($key, [string]$path, [string]$name, $query, [int]$depth, $next) {
    $childPath = $path + '\' + $name
    try {
        $child = $key.OpenSubKey($name)
        if (!$child) { return }
        try {
            if ($null -ne $next) { Find-Key $child $childPath $query $next } else { Read-Key $child $childPath $query $depth }
        }
        finally { $child.Close() }
    }
    catch { $unreadable[$childPath] = Get-ErrorWord $_ }
}

# The parts of a pattern are, in turn, a literal path and a regular expression for one name below it.
function Find-Key($key, [string]$path, $query, [int]$part) {
    if ($part -ge $query.pattern.Length) {
        if (!$query.where -or (Test-Filter $key $query)) { Read-Key $key $path $query $query.depth }
        return
    }
    if ($part % 2 -eq 0) {
        if ($query.pattern[$part]) { Open-Child $key $path $query.pattern[$part] $query 0 ($part + 1) }
        else { Find-Key $key $path $query ($part + 1) }
        return
    }
    foreach ($name in $key.GetSubKeyNames()) {
        if ([regex]::IsMatch($name, $query.pattern[$part], $ignoreCase)) { Open-Child $key $path $name $query 0 ($part + 1) }
    }
}

# A field is ASCII with \uXXXX for the rest, which is what a regular expression unescapes; a list ends each item with U+001F.
function Get-List([string]$field) {
    if (!$field) { return , [string[]]@() }
    $items = $field.Substring(0, $field.Length - 1).Split([char]31)
    for ($i = 0; $i -lt $items.Length; $i++) { $items[$i] = [regex]::Unescape($items[$i]) }
    , [string[]]$items
}

# The answers of one kind, gathered: JSON members of an object or items of a list.
function Add-Answer([string]$kind, [string]$json) { [void]$answers[$kind].Add($json) }

function Read-Registry([string[]]$field) {
    $query = @{
        pattern = Get-List $field[2]; depth = [int]$field[3]; all = $field[4] -eq 'all'; values = Get-List $field[5]
        where = [regex]::Unescape($field[6]); mask = [int]$field[7]; wanted = Get-List $field[8]; image = [regex]::Unescape($field[9])
        keys = [Activator]::CreateInstance([Collections.ArrayList])
    }
    $path = $field[1] + '\' + $query.pattern[0]
    try { Find-Key (Open-Hive $path) $field[1] $query 0 }
    catch { $unreadable[$path] = Get-ErrorWord $_ }
    Add-Answer registry ('{' + [string]::Join(',', $query.keys.ToArray()) + '}')
}

function Get-ServiceController {
    [void][Reflection.Assembly]::LoadWithPartialName('System.ServiceProcess')
    [ServiceProcess.ServiceController]::GetDevices()
    [ServiceProcess.ServiceController]::GetServices()
}

function Read-Service([string[]]$patterns) {
    foreach ($service in Get-ServiceController) {
        foreach ($pattern in $patterns) {
            if ([regex]::IsMatch($service.ServiceName, $pattern, $ignoreCase)) {
                $canStop = if ($service.CanStop) { 'true' } else { 'false' }
                Add-Answer services ((ConvertTo-Text $service.ServiceName) + ':{"status":"' + $statuses[[int]$service.Status] + '","can_stop":' + $canStop + '}')
                break
            }
        }
    }
}

function Get-Status([string]$name) {
    $service = Get-ServiceController | Where-Object { $_.ServiceName -eq $name }
    if ($service) { '"' + $statuses[[int]$service.Status] + '"' } else { 'null' }
}

function Read-Interface {
    foreach ($interface in [Net.NetworkInformation.NetworkInterface]::GetAllNetworkInterfaces()) {
        $addresses = @(foreach ($unicast in $interface.GetIPProperties().UnicastAddresses) { ConvertTo-Text $unicast.Address.ToString() })
        $speed = 'null'
        try { $speed = $interface.Speed.ToString() } catch { } # a loopback has none on some releases
        Add-Answer interfaces ('{"id":' + (ConvertTo-Text $interface.Id) + ',"name":' + (ConvertTo-Text $interface.Name) +
            ',"description":' + (ConvertTo-Text $interface.Description) + ',"type":' + [int]$interface.NetworkInterfaceType +
            ',"status":' + (ConvertTo-Text $interface.OperationalStatus.ToString().ToLowerInvariant()) + ',"speed":' + $speed +
            ',"mac":' + (ConvertTo-Text $interface.GetPhysicalAddress().ToString()) + ',"addresses":[' + [string]::Join(',', $addresses) + ']}')
    }
}

# Runs a program of Windows' own by its name, never a path and never through a shell.
function Invoke-Program([string]$program, [string]$arguments) {
    if ($program -ne 'netsh') { throw [ArgumentException]"$program is not a command that this collection runs" }
    $start = [Activator]::CreateInstance([Diagnostics.ProcessStartInfo])
    $start.FileName = Get-NativePath ($systemRoot + '\System32\' + $program + '.exe')
    $start.Arguments = $arguments
    $start.UseShellExecute = $false
    $start.CreateNoWindow = $true
    $start.RedirectStandardInput = $true
    $start.RedirectStandardOutput = $true
    $process = [Diagnostics.Process]::Start($start)
    $process.StandardInput.Close()
    $output = $process.StandardOutput.ReadToEnd()
    $process.WaitForExit()
    '{"exit_code":' + $process.ExitCode + ',"output":' + (ConvertTo-Text $output) + '}'
}

function Read-Environment {
    $architecture = [Environment]::GetEnvironmentVariable('PROCESSOR_ARCHITEW6432')
    if (!$architecture) { $architecture = [Environment]::GetEnvironmentVariable('PROCESSOR_ARCHITECTURE') }
    '{"SystemRoot":' + (ConvertTo-Text $systemRoot) +
    ',"SystemDrive":' + (ConvertTo-Text ([Environment]::GetEnvironmentVariable('SystemDrive'))) +
    ',"architecture":' + (ConvertTo-Text $architecture) +
    ',"powershell":' + (ConvertTo-Text $PSVersionTable.PSVersion.ToString()) +
    ',"computer_name":' + (ConvertTo-Text ([Environment]::MachineName)) + '}'
}

function Invoke-Query([string[]]$field) {
    switch ($field[0]) {
        'registry' { Read-Registry $field }
        'file' { Read-Files (Get-List $field[1]) }
        'service' { Read-Service (Get-List $field[1]) }
        'interface' { Read-Interface }
        'command' {
            $program = [regex]::Unescape($field[1])
            $arguments = [regex]::Unescape($field[2])
            Add-Answer commands ((ConvertTo-Text "$program $arguments") + ':' + (Invoke-Program $program $arguments))
        }
        default { throw [ArgumentException]"the request asks for '$_', which this payload does not know" }
    }
}

# Writing -------------------------------------------------------------------------------------------------------------
# An operation is [kind, subject, name, type, data, expected, record]: see request.py.

function Read-Tree([string]$path) {
    $key = Open-Key $path $false
    if (!$key) { return 'null' }
    $query = @{ all = $true; keys = [Activator]::CreateInstance([Collections.ArrayList]) }
    Read-Key $key $path $query -1
    '{' + [string]::Join(',', $query.keys.ToArray()) + '}'
}

function Read-Named([string]$path, [string]$name) {
    $key = Open-Key $path $false
    if (!$key) { return 'null' }
    foreach ($existing in $key.GetValueNames()) { if ($existing -eq $name) { return Read-Value $key $name $true } }
    'null'
}

# What stands where an operation is about to write, in the same words as what the operation expects.
function Read-State([string[]]$operation) {
    switch ($operation[0]) {
        'set_value' { Read-Named $operation[1] $operation[2] }
        'delete_value' { Read-Named $operation[1] $operation[2] }
        'create_key' { Read-Tree $operation[1] }
        'delete_key' { Read-Tree $operation[1] }
        'ledger' { Read-Tree $operation[1] }
        'start' { Get-Status $operation[1] }
        'stop' { Get-Status $operation[1] }
        'run' { if ($operation[3]) { Invoke-Program $operation[1] $operation[3] } else { '' } }
        default { throw [ArgumentException]"the request asks for '$_', which this payload does not know" }
    }
}

# Fails as the write would when the account may not write there; the nearest parent that exists speaks for a new key.
function Assert-Writable([string]$path) {
    while ($path.IndexOf('\') -ne $path.LastIndexOf('\')) {
        $key = Open-Key $path $true
        if ($key) { $key.Close(); return }
        $path = $path.Substring(0, $path.LastIndexOf('\'))
    }
}

function New-Key([string]$path) {
    $key = (Open-Hive $path).CreateSubKey($path.Substring($path.IndexOf('\') + 1))
    if (!$key) { throw [IO.IOException]"cannot create $path" }
    $key.Close()
}

# The casts hand .NET plain values: PowerShell 2.0 would pass wrapped ones.
function Set-Value([string]$path, [string]$name, [string]$type, [string]$data) {
    $key = Open-Key $path $true
    switch ($type) {
        'REG_SZ' { $key.SetValue($name, [string][regex]::Unescape($data), [Microsoft.Win32.RegistryValueKind]::String) }
        'REG_EXPAND_SZ' { $key.SetValue($name, [string][regex]::Unescape($data), [Microsoft.Win32.RegistryValueKind]::ExpandString) }
        'REG_MULTI_SZ' { $key.SetValue($name, [string[]](Get-List $data), [Microsoft.Win32.RegistryValueKind]::MultiString) }
        'REG_DWORD' { $key.SetValue($name, [int][BitConverter]::ToInt32([BitConverter]::GetBytes([uint32]$data), 0), [Microsoft.Win32.RegistryValueKind]::DWord) }
        'REG_QWORD' { $key.SetValue($name, [long][BitConverter]::ToInt64([BitConverter]::GetBytes([uint64]$data), 0), [Microsoft.Win32.RegistryValueKind]::QWord) }
        'REG_BINARY' { $key.SetValue($name, [byte[]][Convert]::FromBase64String($data), [Microsoft.Win32.RegistryValueKind]::Binary) }
        default { throw [ArgumentException]"the request writes a $type, which this payload does not write" }
    }
    $key.Close()
}

function Write-Ledger([string]$path, [string[]]$values) {
    New-Key $path
    for ($i = 0; $i -lt $values.Length; $i += 2) {
        $key = Open-Key $path $true
        $key.SetValue($values[$i], $values[$i + 1], [Microsoft.Win32.RegistryValueKind]::String)
        $key.Close()
    }
}

# Stops or starts a driver as best effort. What Windows refused is noted in the ledger, so that the next run does not try again.
function Set-Status([string]$name, [bool]$stop, [string]$record) {
    $code = 0
    $wanted = [ServiceProcess.ServiceControllerStatus]::Running
    if ($stop) { $wanted = [ServiceProcess.ServiceControllerStatus]::Stopped }
    $service = Get-ServiceController | Where-Object { $_.ServiceName -eq $name }
    try {
        if ($stop) { $service.Stop() } else { $service.Start() }
        $service.WaitForStatus($wanted, [TimeSpan]::FromSeconds(15))
    }
    catch {
        $cause = $_.Exception.GetBaseException()
        $code = 1460 # ERROR_TIMEOUT, unless Windows says otherwise
        if ($cause -is [ComponentModel.Win32Exception]) { $code = $cause.NativeErrorCode }
        if ($record) { Set-Value $record 'RefusedCode' 'REG_DWORD' $code }
    }
    $service.Refresh()
    '{"status":"' + $statuses[[int]$service.Status] + '","code":' + $code + '}'
}

function Remove-Named([string]$path, [string]$name) {
    $key = Open-Key $path $true
    $key.DeleteValue($name)
    $key.Close()
}

function Remove-Tree([string]$path) {
    $relative = $path.Substring($path.IndexOf('\') + 1)
    (Open-Hive $path).DeleteSubKeyTree($relative)
}

function Invoke-Operation([string[]]$operation) {
    $name = $operation[2]
    switch ($operation[0]) {
        'set_value' { Set-Value $operation[1] $name $operation[3] $operation[4] }
        'delete_value' { Remove-Named $operation[1] $name }
        'create_key' { New-Key $operation[1] }
        'delete_key' { Remove-Tree $operation[1] }
        'ledger' { Write-Ledger $operation[1] (Get-List $operation[4]) }
        'start' { return Set-Status $operation[1] $false $operation[6] }
        'stop' { return Set-Status $operation[1] $true $operation[6] }
        'run' { return Invoke-Program $operation[1] $name }
    }
    '{}'
}

# Either everything stands as the operations expect and they are carried out in their order, or nothing is written.
function Invoke-Operations($operations) {
    for ($i = 0; $i -lt $operations.Count; $i++) {
        $progress.operation = $i
        $operation = [string[]]$operations[$i]
        $found = Read-State $operation
        if ($found -cne $operation[5]) { Add-Answer conflicts ('{"operation":' + $i + ',"found":' + $found + '}') }
        elseif ($operation[1].StartsWith('HK')) { Assert-Writable $operation[1] }
    }
    if ($answers.conflicts.Count) { return }
    for ($i = 0; $i -lt $operations.Count; $i++) {
        $progress.operation = $i
        Add-Answer operations (Invoke-Operation ([string[]]$operations[$i]))
    }
    $progress.operation = -1
}

# Answering -----------------------------------------------------------------------------------------------------------

function Compress-Text([string]$text) {
    $bytes = [Text.Encoding]::ASCII.GetBytes($text)
    $memory = [Activator]::CreateInstance([IO.MemoryStream])
    $gzip = [Activator]::CreateInstance([IO.Compression.GZipStream], @($memory, [IO.Compression.CompressionMode]::Compress))
    $gzip.Write($bytes, 0, $bytes.Length)
    $gzip.Close()
    [Convert]::ToBase64String($memory.ToArray())
}

function Get-Members($dictionary) {
    $members = @(foreach ($name in $dictionary.Keys) { (ConvertTo-Text $name) + ':' + $dictionary[$name] })
    '{' + [string]::Join(',', $members) + '}'
}

$files = [Activator]::CreateInstance([Collections.Specialized.OrderedDictionary])
$answers = @{}
foreach ($kind in 'registry', 'services', 'interfaces', 'commands', 'conflicts', 'operations') {
    $answers[$kind] = [Activator]::CreateInstance([Collections.ArrayList])
}
$rules = [string[]]@()
$operations = [Activator]::CreateInstance([Collections.ArrayList])
$queries = [Activator]::CreateInstance([Collections.ArrayList])
$progress = @{ operation = -1 }
$failure = 'null'
try {
    foreach ($line in $request.Split([char]10)) {
        $field = $line.Split([char]9)
        if ($field[0] -eq 'rules') { $rules = [string[]](Get-List $field[1]) }
        elseif ($field[0] -ne 'operation') { [void]$queries.Add($field) }
        else {
            # The fifth field is data, which is read by its type.
            $operation = [string[]]$field[1..7]
            foreach ($i in 0, 1, 2, 3, 5, 6) { $operation[$i] = [regex]::Unescape($operation[$i]) }
            [void]$operations.Add($operation)
        }
    }
    Invoke-Operations $operations
    foreach ($query in $queries) { Invoke-Query ([string[]]$query) }
}
catch { $failure = '{"operation":' + $progress.operation + ',"reason":' + (ConvertTo-Text (Get-ErrorWord $_)) + '}' }

foreach ($path in @($unreadable.Keys)) { $unreadable[$path] = ConvertTo-Text $unreadable[$path] }
$answer = '{"environment":' + (Read-Environment) + ',"files":' + (Get-Members $files) + ',"unreadable":' + (Get-Members $unreadable)
foreach ($kind in 'services', 'commands') { $answer += ',"' + $kind + '":{' + [string]::Join(',', $answers[$kind].ToArray()) + '}' }
foreach ($kind in 'registry', 'interfaces', 'conflicts', 'operations') { $answer += ',"' + $kind + '":[' + [string]::Join(',', $answers[$kind].ToArray()) + ']' }
$answer += ',"failure":' + $failure + '}'
if ($answer.Length -gt 2000) { $answer = Compress-Text $answer }
$nonce + ':' + $answer + ':' + $nonce
