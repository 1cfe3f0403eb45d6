# The plainest script that reads what the payload reads for win_snapshot, key by key and value by value, and prints
# nothing. It asks for no types, writes no JSON and expands no path by rule: what it takes is what reading itself takes.
[void][Reflection.Assembly]::LoadWithPartialName('System.ServiceProcess')
$raw = [Microsoft.Win32.RegistryValueOptions]::DoNotExpandEnvironmentNames
$machine = [Microsoft.Win32.Registry]::LocalMachine
$network = '{4D36E972-E325-11CE-BFC1-08002BE10318}'

function Read-Tree($key) {
    foreach ($name in $key.GetValueNames()) { [void]$key.GetValue($name, $null, $raw) }
    foreach ($name in $key.GetSubKeyNames()) {
        $child = $key.OpenSubKey($name)
        Read-Tree $child
        $child.Close()
    }
}

function Read-Chosen($key, $names) {
    foreach ($name in $names) { [void]$key.GetValue($name, $null, $raw) }
}

function Read-Below([string]$path, [int]$levels, $names) {
    $key = $machine.OpenSubKey($path)
    if (!$key) { return }
    if ($levels -eq 0) { Read-Chosen $key $names }
    else { foreach ($name in $key.GetSubKeyNames()) { Read-Below ($path + '\' + $name) ($levels - 1) $names } }
    $key.Close()
}

function Read-Image($key) {
    $path = [string]$key.GetValue('ImagePath', '', $raw)
    $path = $path -replace '^\\SystemRoot', 'C:\windows' -replace '^system32', 'C:\windows\system32'
    if ([IO.File]::Exists($path)) {
        $version = [Diagnostics.FileVersionInfo]::GetVersionInfo($path)
        $file = [IO.FileInfo]$path
        [void]($version.CompanyName, $version.ProductName, $version.FileDescription)
        [void]($file.Length, $file.CreationTimeUtc, $file.LastWriteTimeUtc)
    }
}

$services = $machine.OpenSubKey('SYSTEM\CurrentControlSet\Services')
$chosen = 'Type', 'Start', 'ErrorControl', 'Group', 'ImagePath', 'DisplayName', 'DependOnService'
foreach ($name in $services.GetSubKeyNames()) {
    $service = $services.OpenSubKey($name)
    if ($service.GetValue('Type') -band 0xB) { Read-Tree $service } else { Read-Chosen $service $chosen }
    Read-Image $service
    $service.Close()
}
foreach ($name in $machine.OpenSubKey("SYSTEM\CurrentControlSet\Control\Class\$network").GetSubKeyNames()) {
    Read-Tree ($machine.OpenSubKey("SYSTEM\CurrentControlSet\Control\Class\$network\$name"))
}
Read-Below 'SYSTEM\CurrentControlSet\Control\Class' 1 ('', 'Class', 'UpperFilters', 'LowerFilters')
Read-Below "SYSTEM\CurrentControlSet\Control\Network\$network" 2 ('Name', 'PnpInstanceID', 'MediaSubType')
$device = 'Service', 'ClassGUID', 'Driver', 'DeviceDesc', 'HardwareID', 'UpperFilters', 'LowerFilters'
Read-Below 'SYSTEM\CurrentControlSet\Enum' 3 $device
Read-Below 'SYSTEM\CurrentControlSet\Control\SafeBoot' 2 ('')
$product = 'DisplayName', 'DisplayVersion', 'Publisher', 'InstallLocation', 'SystemComponent', 'ParentDisplayName'
foreach ($view in 'SOFTWARE', 'SOFTWARE\WOW6432Node') {
    Read-Below "$view\Microsoft\Windows\CurrentVersion\Uninstall" 1 $product
}
[void][ServiceProcess.ServiceController]::GetDevices()
[void][ServiceProcess.ServiceController]::GetServices()
foreach ($interface in [Net.NetworkInformation.NetworkInterface]::GetAllNetworkInterfaces()) {
    [void]$interface.GetIPProperties().UnicastAddresses
}
