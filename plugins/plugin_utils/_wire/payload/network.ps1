# Reading: the network, and the programs of Windows that tell of it.

# The local addresses of the connections that the server is managed over; nothing where the network stack does not tell.
function Get-ManagementAddress([string[]]$ports) {
    $properties = [Net.NetworkInformation.IPGlobalProperties]::GetIPGlobalProperties()
    foreach ($connection in $properties.GetActiveTcpConnections()) {
        $isOpen = $connection.State -eq [Net.NetworkInformation.TcpState]::Established
        if ($isOpen -and $ports -contains $connection.LocalEndPoint.Port) {
            $connection.LocalEndPoint.Address.ToString() }
    }
}

function Read-Interface([string[]]$ports) {
    $managed = $null
    try { $managed = @(Get-ManagementAddress $ports) } catch { }
    foreach ($interface in [Net.NetworkInformation.NetworkInterface]::GetAllNetworkInterfaces()) {
        # Adapters that are down or a loopback have no speed or no addresses on some releases, and say so by an
        # exception.
        $addresses = @()
        $speed = $management = 'null'
        try { $addresses = @(foreach ($unicast in $interface.GetIPProperties().UnicastAddresses) {
            $unicast.Address.ToString() }) } catch { }
        try { $speed = $interface.Speed.ToString() } catch { }
        if ($null -ne $managed) { $management = 'false' }
        $addresses = @(foreach ($address in $addresses) {
            if ($managed -contains $address) { $management = 'true' }
            Get-Json $address
        })
        $texts = @(foreach ($text in $interface.Id, $interface.Name, $interface.Description) { Get-Json $text })
        Add-Answer interfaces (('{{"id":{0},"name":{1},"description":{2},"type":{3:d},"status":"{4}","speed":{5},' +
            '"mac":"{6}","addresses":[{7}],"management":{8}}}') -f
            $texts[0], $texts[1], $texts[2], $interface.NetworkInterfaceType,
                $interface.OperationalStatus.ToString().ToLowerInvariant(), $speed,
            $interface.GetPhysicalAddress(), ($addresses -join ','), $management)
    }
}

# Runs a program of Windows' own by its name, never a path and never through a shell. One that hangs is ended: that
# counts as ERROR_TIMEOUT. Milliseconds.
$patience = 60000
$timedOut = '{"exit_code":1460,"output":""}'
function Invoke-Program([string]$program, [string]$arguments) {
    if ('netsh', 'netstat' -notcontains $program) {
        throw [ArgumentException]"$program is not a command that this collection runs" }
    $start = [Activator]::CreateInstance([Diagnostics.ProcessStartInfo])
    $start.FileName = Get-NativePath ($systemRoot + '\System32\' + $program + '.exe')
    $start.Arguments = $arguments
    $start.UseShellExecute = $false
    $start.CreateNoWindow = $true
    $start.RedirectStandardInput = $true
    $start.RedirectStandardOutput = $true
    $process = [Diagnostics.Process]::Start($start)
    $process.StandardInput.Close()
    $clock = [Diagnostics.Stopwatch]::StartNew()
    $stream = $process.StandardOutput.BaseStream
    $output = [Activator]::CreateInstance([IO.MemoryStream])
    $block = [Array]::CreateInstance([byte], 4096)
    $count = 1
    while ($count) {
        $read = $stream.BeginRead($block, 0, $block.Length, $null, $null)
        if (!$read.AsyncWaitHandle.WaitOne([int][Math]::Max(0, $patience - $clock.ElapsedMilliseconds), $false)) {
            break }
        $count = $stream.EndRead($read)
        $output.Write($block, 0, $count)
    }
    if ($count -or !$process.WaitForExit([int][Math]::Max(0, $patience - $clock.ElapsedMilliseconds))) {
        # It may just have ended.
        try { $process.Kill() } catch { }
        return $timedOut
    }
    '{"exit_code":' + $process.ExitCode + ',"output":' +
        (Get-Json $process.StandardOutput.CurrentEncoding.GetString($output.ToArray())) + '}'
}
