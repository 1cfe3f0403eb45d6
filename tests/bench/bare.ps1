# The plainest scripts that read what the payload reads, key by key and value by value, and print nothing. This is the
# beginning of all of them; the other files go on with what a module asks for. They write no JSON, keep no path and
# expand none by rule, and open a key once for all that is asked of it: what they take is what reading itself takes.
# payload.py compares the values that they read with those that the payload answers.
[void][Reflection.Assembly]::LoadWithPartialName('System.ServiceProcess')
$raw = [Microsoft.Win32.RegistryValueOptions]::DoNotExpandEnvironmentNames
$machine = [Microsoft.Win32.Registry]::LocalMachine
$network = '{4D36E972-E325-11CE-BFC1-08002BE10318}'
$control = 'SYSTEM\CurrentControlSet\Control'
$files = @{}

# Values by their names, with the type of a text where that is asked for: the other types can be told by what .NET makes
# of them.
function Read-Values($key, $names, [bool]$types) {
    foreach ($name in $names) {
        $data = $key.GetValue($name, $null, $raw)
        if ($types -and $data -is [string]) { [void]$key.GetValueKind($name) }
    }
}

function Read-Tree($key, [bool]$types, [int]$depth) {
    Read-Values $key $key.GetValueNames() $types
    if (!$depth) { return }
    foreach ($name in $key.GetSubKeyNames()) {
        $child = $key.OpenSubKey($name)
        Read-Tree $child $types ($depth - 1)
        $child.Close()
    }
}

# What is below a key: each part is the name of the next level, or * for all of them. Without names all values are read.
function Read-Below($key, $parts, $names, [bool]$types) {
    if (!$key) { return }
    if (!$parts) {
        if ($null -eq $names) { $names = $key.GetValueNames() }
        Read-Values $key $names $types
    }
    else {
        $below = $parts[0]
        if ($below -eq '*') { $below = $key.GetSubKeyNames() }
        $rest = $parts[1..$parts.Length]
        foreach ($name in $below) { Read-Below ($key.OpenSubKey($name)) $rest $names $types }
    }
    $key.Close()
}

function Read-Image($key) {
    $path = [string]$key.GetValue('ImagePath', '', $raw)
    $path = $path -replace '^\\SystemRoot', 'C:\windows' -replace '^%SystemRoot%', 'C:\windows' -replace '^system32',
        'C:\windows\system32' -replace ' -k .*', ''
    if ($files.ContainsKey($path)) { return }
    $files[$path] = $true
    if ([IO.File]::Exists($path)) {
        $version = [Diagnostics.FileVersionInfo]::GetVersionInfo($path)
        $file = [IO.FileInfo]$path
        [void]($version.CompanyName, $version.ProductName, $version.FileDescription, $version.OriginalFilename,
            $file.Length, $file.CreationTimeUtc, $file.LastWriteTimeUtc)
        [void]($version.FileMajorPart, $version.FileMinorPart, $version.FileBuildPart, $version.FilePrivatePart)
        [void]($version.ProductMajorPart, $version.ProductMinorPart, $version.ProductBuildPart,
            $version.ProductPrivatePart)
    }
}

# The package of every device, by the keys of its class.
function Read-Packages {
    $classes = $machine.OpenSubKey("$control\Class")
    foreach ($class in $classes.GetSubKeyNames()) {
        $key = $classes.OpenSubKey($class)
        foreach ($name in $key.GetSubKeyNames()) {
            if ($name.Length -eq 4) { Read-Below $key.OpenSubKey($name) @() @('InfPath') $false }
        }
        $key.Close()
    }
}

function Read-Components {
    $named = 'ComponentId', 'InfPath', 'Service', 'CoServices', 'FilterRunType', 'Characteristics'
    foreach ($kind in '{4D36E974-E325-11CE-BFC1-08002BE10318}', '{4D36E975-E325-11CE-BFC1-08002BE10318}') {
        Read-Below $machine.OpenSubKey("$control\Network\$kind") @('*') $named $false
        Read-Below $machine.OpenSubKey("$control\Network\$kind") @('*', '*') $named $false
    }
    Read-Below $machine.OpenSubKey("$control\NetworkSetup2\Filters") @('*', 'Kernel') $null $false
}

function Read-Products {
    $product = ('DisplayName', 'Publisher', 'InstallLocation', 'SystemComponent', 'ParentDisplayName')
    foreach ($view in 'SOFTWARE', 'SOFTWARE\WOW6432Node') {
        Read-Below $machine.OpenSubKey("$view\Microsoft\Windows\CurrentVersion\Uninstall") @('*') $product $false
    }
    Read-Below ([Microsoft.Win32.Registry]::Users) @('*', 'Software\Microsoft\Windows\CurrentVersion\Uninstall',
        '*') $product $false
    Read-Below $machine.OpenSubKey('SOFTWARE\Microsoft\Windows\CurrentVersion\Installer\UserData') @('*', 'Products',
        '*', 'InstallProperties') $product $false
}

function Read-Providers {
    foreach ($name in 'Order', 'HwOrder') {
        Read-Below $machine.OpenSubKey("$control\NetworkProvider\$name") @() @('ProviderOrder') $false }
    Read-Below $machine.OpenSubKey('SYSTEM\Select') @() ('Current', 'Default', 'LastKnownGood') $true
}

function Read-Services {
    foreach ($service in [ServiceProcess.ServiceController]::GetDevices() +
        [ServiceProcess.ServiceController]::GetServices()) { [void]($service.ServiceName, $service.Status,
        $service.CanStop) }
}
