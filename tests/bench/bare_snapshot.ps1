# What win_snapshot asks for.
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
    }
    Read-Image $service
    if (!($type -band 0xB)) {
        Read-Below $service.OpenSubKey('NetworkProvider') @() ('Name', 'ProviderPath') $false
        Read-Below $service.OpenSubKey('StartOverride') @() @('0') $true
    }
    $service.Close()
}
foreach ($name in $machine.OpenSubKey("$control\Class\$network").GetSubKeyNames()) {
    $adapter = $machine.OpenSubKey("$control\Class\$network\$name")
    Read-Values $adapter $adapter.GetValueNames() $true
    foreach ($below in $adapter.GetSubKeyNames()) { Read-Tree $adapter.OpenSubKey($below) $false -1 }
}
Read-Below $machine.OpenSubKey("$control\Class") @('*') ('', 'Class', 'UpperFilters', 'LowerFilters') $true
Read-Below $machine.OpenSubKey("$control\Network\$network") @('*', 'Connection') ('Name', 'PnpInstanceID',
    'MediaSubType') $false
Read-Components
Read-Packages
Read-Providers
Read-Below $machine.OpenSubKey('SYSTEM\CurrentControlSet\Enum') @('*', '*', '*') ('Service', 'ClassGUID', 'Driver',
    'DeviceDesc', 'HardwareID', 'ConfigFlags', 'UpperFilters', 'LowerFilters') $false
Read-Below $machine.OpenSubKey("$control\SafeBoot") @('*', '*') $null $false
Read-Below $machine.OpenSubKey("$control\CrashControl") @() @('DumpFilters') $true
Read-Below $machine.OpenSubKey("$control\Windows") @() @('ShutdownTime') $true
foreach ($place in 'Tcpip\Parameters', 'MSExchangeIS\ParametersSystem') {
    Read-Below $services.OpenSubKey($place) @() $null $true }
Read-Products
foreach ($view in 'SOFTWARE', 'SOFTWARE\WOW6432Node') {
    Read-Below $machine.OpenSubKey("$view\Microsoft\Windows\CurrentVersion\Uninstall") @('*') @('DisplayVersion') $false
}
$windows = 'SOFTWARE\Microsoft\Windows NT\CurrentVersion'
Read-Below $machine.OpenSubKey("$windows\HotFix") @('*') @('Installed') $true
Read-Below $machine.OpenSubKey('HARDWARE\DESCRIPTION\System\BIOS') @() @('BIOSVersion') $true
Read-Below $machine.OpenSubKey("$control\ProductOptions") @() @('ProductType') $true
Read-Below $machine.OpenSubKey("$control\Session Manager\Environment") @() @('NUMBER_OF_PROCESSORS') $true
foreach ($update in 'KB912222', 'KB948496', 'KB950224') {
    Read-Below $machine.OpenSubKey('SOFTWARE\Microsoft\Updates') @('*', '*', $update) @('Description') $true }
$release = ('ProductName', 'CurrentVersion', 'CurrentMajorVersionNumber', 'CurrentMinorVersionNumber',
    'CurrentBuildNumber', 'UBR', 'CSDVersion', 'InstallDate')
Read-Below $machine.OpenSubKey($windows) @() $release $true
foreach ($place in 'HARDWARE\DESCRIPTION\System\BIOS', "$control\SystemInformation") {
    Read-Below $machine.OpenSubKey($place) @() ('SystemManufacturer', 'SystemProductName') $true }
Read-Below $machine.OpenSubKey('SYSTEM\CurrentControlSet\Services\mssmbios\Data') @() @('SMBiosData') $true

Read-Services
[void][Net.NetworkInformation.IPGlobalProperties]::GetIPGlobalProperties().GetActiveTcpConnections()
foreach ($interface in [Net.NetworkInformation.NetworkInterface]::GetAllNetworkInterfaces()) {
    [void]($interface.Id, $interface.Name, $interface.Description, $interface.NetworkInterfaceType,
        $interface.OperationalStatus, $interface.GetPhysicalAddress())
    try { [void]$interface.Speed } catch { }
    try { foreach ($unicast in $interface.GetIPProperties().UnicastAddresses) { [void]$unicast.Address } } catch { }
}
