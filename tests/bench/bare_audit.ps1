# What win_filter_driver_info asks for.
$services = $machine.OpenSubKey('SYSTEM\CurrentControlSet\Services')
$own = ('Type', 'Start', 'ErrorControl', 'Group', 'ImagePath', 'DisplayName', 'DependOnService', 'DependOnGroup',
    'Owners', 'DeleteFlag')
foreach ($name in $services.GetSubKeyNames()) {
    $service = $services.OpenSubKey($name)
    if ($service.GetValue('Type') -band 0x3B) {
        Read-Values $service $own $true
        Read-Image $service
    }
    foreach ($place in 'Instances', 'Parameters\Instances') {
        Read-Below $service.OpenSubKey($place) @('*') ('Altitude', 'Flags') $true }
    Read-Below $service.OpenSubKey('Enum') @() ('Count', '0', '1', '2', '3') $true
    Read-Below $service.OpenSubKey('Linkage') @() @('Bind') $false
    Read-Below $service.OpenSubKey('NetworkProvider') @() ('Name', 'ProviderPath') $false
    Read-Below $service.OpenSubKey('StartOverride') @() @('0') $true
    $service.Close()
}
Read-Below $machine.OpenSubKey("$control\Class") @('*') ('UpperFilters', 'LowerFilters') $true
Read-Packages
foreach ($name in $machine.OpenSubKey("$control\Class\$network").GetSubKeyNames()) {
    if ($name.Length -ne 4) { continue }
    Read-Below $machine.OpenSubKey("$control\Class\$network\$name") @() @('NetCfgInstanceId') $false
    Read-Below $machine.OpenSubKey("$control\Class\$network\$name\Linkage") @() ('FilterList', 'UpperBind') $false
}
Read-Below $machine.OpenSubKey("$control\Network\$network") @('*', 'Connection') @('Name') $false
Read-Components
Read-Providers
Read-Below $machine.OpenSubKey('SYSTEM\CurrentControlSet\Enum') @('*', '*', '*') ('Service', 'Driver', 'ConfigFlags',
    'UpperFilters', 'LowerFilters') $true
Read-Below $machine.OpenSubKey("$control\SafeBoot") @('*', '*') $null $true
Read-Below $machine.OpenSubKey("$control\CrashControl") @() @('DumpFilters') $true
Read-Products
Read-Below $machine.OpenSubKey('SOFTWARE\Microsoft\Windows NT\CurrentVersion') @() @('InstallDate') $true
Read-Services
