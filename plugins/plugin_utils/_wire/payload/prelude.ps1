# Reads what a request of the Ansible collection server_baseline.windows asks, writes what it says, and answers on one
# line. It decides nothing.
#
# An execution is sent this part, those of reading, network, events and writing that its queries and operations need,
# one of plain and compression, and answering, in this order (execute.py). What stands in a part may call what stands
# before it. The minimum is PowerShell 2.0 on .NET 2.0: the language and .NET types only, because the modules that bring
# New-Object, ConvertTo-Json and Get-Service are not everywhere. tests/lab/test_payload_minimum_version.py holds it to
# that; tests/unit/.../test_quiet.py holds it free of what rules of security products look for. The request, the answer
# and the escapes are described in request.py, reply.py and canonical.py, their other side.
param([string]$nonce, [string]$request)

$ErrorActionPreference = 'Stop'
$statuses = 'unknown', 'stopped', 'start_pending', 'stop_pending', 'running', 'continue_pending', 'pause_pending',
    'paused'
$unprintable = [regex]'[^ -~]'
# What JSON escapes, and the same without the backslash.
$escaped = [regex]'[^ !#-\[\]-~]'
$special = [regex]'[^ !#-~]'
$asEscape = [Text.RegularExpressions.MatchEvaluator] { '\u{0:x4}' -f [int][char]$args[0].Value }
$ignoreCase = [Text.RegularExpressions.RegexOptions]'IgnoreCase, CultureInvariant'
$nul = [char]0
# As the registry compares names, whatever the culture.
$anyCase = [StringComparison]::OrdinalIgnoreCase
$unexpanded = [Microsoft.Win32.RegistryValueOptions]::DoNotExpandEnvironmentNames

# Windows sets PROCESSOR_ARCHITEW6432 in 32-bit processes on 64-bit Windows and nowhere else.
$architecture = [Environment]::GetEnvironmentVariable('PROCESSOR_ARCHITEW6432')
$wow64 = [bool]$architecture
$systemRoot = [Environment]::GetEnvironmentVariable('SystemRoot')
$serviceController = 'System.ServiceProcess.ServiceController, System.ServiceProcess, Version=2.0.0.0, ' +
    'Culture=neutral, PublicKeyToken=b03f5f7f11d50a3a'
$unreadable = [Activator]::CreateInstance([Collections.Specialized.OrderedDictionary])

function Get-Json([string]$text) {
    $text = $text.Replace('\', '\\')
    if ($special.IsMatch($text)) { $text = $unprintable.Replace($text.Replace('"', '\"'), $asEscape) }
    '"' + $text + '"'
}

function Get-ErrorWord($failure) {
    $cause = $failure.Exception.GetBaseException()
    if ($cause -is [Security.SecurityException] -or $cause -is [UnauthorizedAccessException]) { 'access_denied' }
    else { $cause.GetType().Name + ': ' + $cause.Message }
}

# The root of the hive that a path names or begins with, always the 64-bit view of it. .NET 2.0 has no views: a 32-bit
# process there must not read SOFTWARE.
function Open-Hive([string]$path) {
    $users = $path.StartsWith('HKU')
    if ($wow64) {
        $root = 'LocalMachine'
        if ($users) { $root = 'Users' }
        if ([Environment]::Version.Major -ge 4) { return [Microsoft.Win32.RegistryKey]::OpenBaseKey($root,
            'Registry64') }
        if ($path -match '^HKLM\\SOFTWARE(\\|$)') { throw [InvalidOperationException]'wow64' }
    }
    if ($users) { return [Microsoft.Win32.Registry]::Users }
    [Microsoft.Win32.Registry]::LocalMachine
}

function Open-Key([string]$path, [bool]$writable) {
    $relative = $path.Substring($path.IndexOf('\') + 1)
    (Open-Hive $path).OpenSubKey($relative, $writable)
}

# The file that a path names, as this process must spell it: a 32-bit process sees System32 as Sysnative.
function Get-NativePath([string]$path) {
    $system = $systemRoot + '\System32\'
    if ($wow64 -and $path.StartsWith($system, $anyCase)) { $path = $systemRoot + '\Sysnative\' +
        $path.Substring($system.Length) }
    $path
}

# A field is ASCII with \uXXXX for the rest, which is what a regular expression unescapes; a list ends each item with a
# semicolon, which is escaped in items.
function Get-List([string]$field) {
    if (!$field) { return , [string[]]@() }
    $items = $field.Substring(0, $field.Length - 1).Split(';')
    for ($i = 0; $i -lt $items.Length; $i++) { $items[$i] = [regex]::Unescape($items[$i]) }
    , [string[]]$items
}

# The answers of one kind, gathered: JSON members of an object or items of a list.
function Add-Answer([string]$kind, [string]$json) { [void]$answers[$kind].Add($json) }
