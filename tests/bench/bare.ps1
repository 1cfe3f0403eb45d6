# The plainest script that reads what the payload reads for win_snapshot, key by key and value by value, looks wherever the
# payload looks, and prints what it read, a value a line. It writes no JSON, tells no types and no errors, expands no path
# by rule, and opens a key once for all that is asked of it. payload.py starts it as it starts the payload, and compares
# the values that both read.
[void][Reflection.Assembly]::LoadWithPartialName('System.ServiceProcess')
$raw = [Microsoft.Win32.RegistryValueOptions]::DoNotExpandEnvironmentNames
$machine = [Microsoft.Win32.Registry]::LocalMachine
$network = '{4D36E972-E325-11CE-BFC1-08002BE10318}'
$control = 'SYSTEM\CurrentControlSet\Control'
$files = @{}
$lines = [Collections.ArrayList]@()

# Values by their names, with the type of a text where that is asked for: the other types can be told by what .NET makes
# of them.
function Read-Values($key, $names, [bool]$types) {
    $path = $key.Name
    foreach ($name in $names) {
        $data = $key.GetValue($name, $null, $raw)
        if ($null -ne $data) { [void]$lines.Add("$path\$name`t$data") }
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
        [void]$lines.Add("$path $($version.FileMajorPart).$($version.FileMinorPart).$($version.FileBuildPart)." +
            "$($version.FilePrivatePart) $($version.ProductMajorPart).$($version.ProductMinorPart)." +
            "$($version.ProductBuildPart).$($version.ProductPrivatePart) $($version.CompanyName) " +
            "$($version.ProductName) $($version.FileDescription) $($version.OriginalFilename) $($file.Length) " +
            "$($file.CreationTimeUtc) $($file.LastWriteTimeUtc)")
    }
}

$services = $machine.OpenSubKey('SYSTEM\CurrentControlSet\Services')
$chosen = 'Type', 'Start', 'ErrorControl', 'Group', 'ImagePath', 'DisplayName', 'DependOnService'
foreach ($name in $services.GetSubKeyNames()) {
    $service = $services.OpenSubKey($name)
    $type = $service.GetValue('Type')
    if ($type -band 0xB) { Read-Tree $service $true -1 }
    elseif ($type -band 0x30) {
        Read-Values $service ('Type', 'Start', 'ErrorControl', 'Group', 'ImagePath', 'DisplayName', 'DependOnService',
            'DependOnGroup') $false
        Read-Below $service.OpenSubKey('Linkage') @() @('Bind') $false
        Read-Below $service.OpenSubKey('NetworkProvider') @() @('Name', 'ProviderPath') $false
        Read-Below $service.OpenSubKey('StartOverride') @() @('0') $true
    }
    Read-Image $service
    $service.Close()
}
foreach ($name in $machine.OpenSubKey("$control\Class\$network").GetSubKeyNames()) {
    $adapter = $machine.OpenSubKey("$control\Class\$network\$name")
    Read-Values $adapter $adapter.GetValueNames() $true
    foreach ($below in $adapter.GetSubKeyNames()) { Read-Tree $adapter.OpenSubKey($below) $false -1 }
}
Read-Below $machine.OpenSubKey("$control\Class") @('*', '*') @('InfPath') $false
Read-Below $machine.OpenSubKey("$control\Class") @('*') ('', 'Class', 'UpperFilters', 'LowerFilters') $true
Read-Below $machine.OpenSubKey("$control\Network\$network") @('*', 'Connection') ('Name', 'PnpInstanceID',
    'MediaSubType') $false
foreach ($kind in '{4D36E974-E325-11CE-BFC1-08002BE10318}', '{4D36E975-E325-11CE-BFC1-08002BE10318}') {
    Read-Below $machine.OpenSubKey("$control\Network\$kind") @('*') ('ComponentId', 'InfPath', 'Service', 'CoServices',
        'FilterRunType') $false
    Read-Below $machine.OpenSubKey("$control\Network\$kind") @('*', '*') ('ComponentId', 'InfPath', 'Service',
        'CoServices', 'FilterRunType') $false
}
Read-Below $machine.OpenSubKey("$control\NetworkSetup2\Filters") @('*', 'Kernel') $null $false
Read-Below $machine.OpenSubKey('SYSTEM\CurrentControlSet\Enum') @('*', '*', '*') ('Service', 'ClassGUID', 'Driver',
    'DeviceDesc', 'HardwareID', 'ConfigFlags', 'UpperFilters', 'LowerFilters') $false
Read-Below $machine.OpenSubKey("$control\SafeBoot") @('*', '*') $null $false
foreach ($place in 'Order', 'HwOrder') {
    Read-Below $machine.OpenSubKey("$control\NetworkProvider\$place") @() @('ProviderOrder') $false }
Read-Below $machine.OpenSubKey('SYSTEM\Select') @() ('Current', 'Default', 'LastKnownGood') $true
Read-Below $machine.OpenSubKey('SOFTWARE\Server Baseline\Ledger') @('*') $null $true
Read-Below $machine.OpenSubKey("$control\CrashControl") @() @('DumpFilters') $true
Read-Below $machine.OpenSubKey("$control\Windows") @() @('ShutdownTime') $true
foreach ($place in 'Tcpip\Parameters', 'MSExchangeIS\ParametersSystem') {
    Read-Below $services.OpenSubKey($place) @() $null $true }
$product = ('DisplayName', 'Publisher', 'InstallLocation', 'SystemComponent', 'ParentDisplayName')
foreach ($view in 'SOFTWARE', 'SOFTWARE\WOW6432Node') {
    Read-Below $machine.OpenSubKey("$view\Microsoft\Windows\CurrentVersion\Uninstall") @('*') $product $false
}
Read-Below ([Microsoft.Win32.Registry]::Users) @('*', 'Software\Microsoft\Windows\CurrentVersion\Uninstall',
    '*') $product $false
Read-Below $machine.OpenSubKey('SOFTWARE\Microsoft\Windows\CurrentVersion\Installer\UserData') @('*', 'Products', '*',
    'InstallProperties') $product $false
foreach ($update in 'KB912222', 'KB948496', 'KB950224') {
    Read-Below $machine.OpenSubKey('SOFTWARE\Microsoft\Updates') @('*', '*', $update) @('Description') $true }
$release = ('ProductName', 'CurrentVersion', 'CurrentMajorVersionNumber', 'CurrentMinorVersionNumber',
    'CurrentBuildNumber', 'UBR', 'CSDVersion', 'InstallDate')
Read-Below $machine.OpenSubKey('SOFTWARE\Microsoft\Windows NT\CurrentVersion') @() $release $true
foreach ($place in 'HARDWARE\DESCRIPTION\System\BIOS', "$control\SystemInformation") {
    Read-Below $machine.OpenSubKey($place) @() ('SystemManufacturer', 'SystemProductName') $true }
Read-Below $machine.OpenSubKey('SYSTEM\CurrentControlSet\Services\mssmbios\Data') @() @('SMBiosData') $true

foreach ($service in [ServiceProcess.ServiceController]::GetDevices() +
    [ServiceProcess.ServiceController]::GetServices()) {
    [void]$lines.Add("$($service.ServiceName) $($service.Status) $($service.CanStop)") }
[void][Net.NetworkInformation.IPGlobalProperties]::GetIPGlobalProperties().GetActiveTcpConnections()
foreach ($interface in [Net.NetworkInformation.NetworkInterface]::GetAllNetworkInterfaces()) {
    $speed = $addresses = $null
    try { $speed = $interface.Speed } catch { }
    try { $addresses = foreach ($unicast in $interface.GetIPProperties().UnicastAddresses) { $unicast.Address } } catch { }
    [void]$lines.Add("$($interface.Id) $($interface.Name) $($interface.Description) " +
        "$($interface.NetworkInterfaceType) $($interface.OperationalStatus) $($interface.GetPhysicalAddress()) " +
        "$speed $addresses")
}
$lines -join "`n"
