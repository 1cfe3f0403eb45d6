#!powershell

# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE)
# SPDX-License-Identifier: GPL-3.0-or-later

#Requires -Version 5.1

# The payload of server_baseline.windows as a module: the collection's actions run it where server_baseline_execution
# says so (docs/security_team.md).
# It is made of plugins/plugin_utils/_wire/payload by "python -m tests.support.wire_module"; change it there.
# Arguments: nonce and request. Result: answer, the same line that the script on standard input prints.
$payload = {
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

# Reading: the event log.

# Events of one source in a classic log, newest first: until one is older than asked, or there are enough, or too many
# were looked at. The strings of an event are what its message is made of, and are in no language.
function Read-Event([string]$log, [string]$source, [string[]]$ids, [string]$since, [int]$most) {
    $found = [Collections.ArrayList]@()
    $complete = 'true'
    try {
        $count = 0
        # A log may take seconds to look through: not for a source that this server does not have.
        if (Open-Key "HKLM\SYSTEM\CurrentControlSet\Services\EventLog\$log\$source" $false) {
            # .NET 2.0 has it elsewhere, and loaded.
            [void][Type]::GetType('System.Diagnostics.EventLog, System.Diagnostics.EventLog')
            $entries = [Activator]::CreateInstance([Diagnostics.EventLog], [object[]]@($log)).Entries
            $count = $entries.Count
        }
        for ($i = $count - 1; $i -ge 0; $i--) {
            if ($count - $i -gt 50000) { $complete = 'false'; break }
            $entry = $entries[$i]
            $time = $entry.TimeGenerated.ToUniversalTime().ToString('s') + 'Z'
            if ([string]::CompareOrdinal($time, $since) -lt 0) { break }
            $id = $entry.InstanceId -band 65535
            if ($entry.Source -ne $source -or $ids -notcontains $id.ToString()) { continue }
            if ($found.Count -ge $most) { $complete = 'false'; break }
            $strings = @(foreach ($text in $entry.ReplacementStrings) { Get-Json $text })
            [void]$found.Add('{"id":' + $id + ',"time":"' + $time + '","strings":[' + ($strings -join ',') + ']}')
        }
        Add-Answer events ((Get-Json "$log\$source") + ':{"complete":' + $complete + ',"events":[' +
            ($found -join ',') + ']}')
    }
    catch { $unreadable["$log\$source"] = Get-ErrorWord $_ }
}

# Reading: what a file is known by, whatever it says of itself. Sent where a query asks for it.

# The bytes that may still be hashed: of all files of an execution together, so that no large one makes a server wait.
$unhashed = @{ left = 268435456 }
# The bytes of the largest file that is looked at as a program.
$largest = 67108864

# A policy may forbid the managed one (FIPS), and .NET 2.0 has no other.
function New-Hasher {
    try {
        [Activator]::CreateInstance([Type]::GetType('System.Security.Cryptography.SHA256CryptoServiceProvider, ' +
            'System.Core, Version=3.5.0.0, Culture=neutral, PublicKeyToken=b77a5c561934e089'))
    }
    catch { [Activator]::CreateInstance([Security.Cryptography.SHA256Managed]) }
}

function Read-Hash($stream) {
    if ($stream.Length -gt $unhashed.left) {
        throw [InvalidOperationException]'the files that one execution may hash are at their end: 256 MiB' }
    $unhashed.left -= $stream.Length
    ConvertTo-Hex (New-Hasher).ComputeHash($stream)
}

# The hash that Authenticode signs and that lists of drivers name a file by: without its checksum, the place that names
# its signature, and the signature, which ends the file; filled up to eight bytes ("PE Format"). An exception says that
# it is no such file.
function Read-Authentihash($stream) {
    try {
        if ($stream.Length -gt $largest) { return 'null' }
        $stream.Position = 0
        $bytes = ([IO.BinaryReader]$stream).ReadBytes($stream.Length)
        $header = [BitConverter]::ToInt32($bytes, 60) + 24
        if ([BitConverter]::ToInt32($bytes, $header - 24) -ne 17744) { return 'null' }
        $entry = $header + 128
        if ([BitConverter]::ToUInt16($bytes, $header) -eq 523) { $entry += 16 }
        $end = [BitConverter]::ToInt32($bytes, $entry)
        if (!$end) { $end = $bytes.Length }
        $hasher = New-Hasher
        $from = 0
        foreach ($part in @(($header + 64), 4), @($entry, 8), @($end, 0)) {
            [void]$hasher.TransformBlock($bytes, $from, ($part[0] - $from), $null, 0)
            $from = $part[0] + $part[1]
        }
        [void]$hasher.TransformFinalBlock([byte[]](, 0 * 8), 0, (8 - $end % 8) % 8)
        ConvertTo-Hex $hasher.Hash
    }
    catch { 'null' }
}

# The subject of the certificate that an embedded signature was made with. Nobody checks the signature, and no
# certificate is looked up. An exception says that none is embedded: the file is signed by a catalogue, or not at all.
function Read-Signer([string]$path) {
    try {
        $certificate = [Security.Cryptography.X509Certificates.X509Certificate]::CreateFromSignedFile($path)
        Get-Json $certificate.Subject
    }
    catch { 'null' }
}

# Adds to what is told of a file what it is known by, or why that cannot be told.
function Add-Identity([string]$path, [string[]]$facts) {
    $json = $files[$path]
    $facts = @(foreach ($fact in $facts) { if (!$json.Contains('"' + $fact + '":')) { $fact } })
    if ($json -eq 'null' -or !$facts.Length -or $json.Contains('"unidentified":')) { return }
    $more = ''
    try {
        $native = Get-NativePath $path
        $stream = [IO.File]::Open($native, 'Open', 'Read', 'ReadWrite')
        try {
            foreach ($fact in $facts) {
                if ($fact -eq 'signer') { $known = Read-Signer $native }
                elseif ($fact -eq 'sha256') { $known = Read-Hash $stream }
                else { $known = Read-Authentihash $stream }
                $more += ',"' + $fact + '":' + $known
            }
        }
        finally { $stream.Close() }
    }
    catch { $more = ',"unidentified":' + (Get-Json (Get-ErrorWord $_)) }
    $files[$path] = $json.Substring(0, $json.Length - 1) + $more + '}'
}

# Whether a file passes for Windows' own: there are hundreds, and nobody asks for them (identity.py).
function Test-WindowsOwn([string]$path) {
    $json = $files[$path]
    $name = Get-Json $path.Substring($path.LastIndexOf('\') + 1)
    $path.StartsWith($systemRoot + '\', $anyCase) -and $json.IndexOf('"company":"Microsoft', $anyCase) -ge 0 -and
        $json.IndexOf('"original_filename":' + $name.Substring(0, $name.Length - 1), $anyCase) -ge 0
}

# Identifies the files that a query of the registry described.
function Add-Identities($paths, [string[]]$facts) {
    foreach ($path in $paths) { if ($path -and !(Test-WindowsOwn $path)) { Add-Identity $path $facts } }
}

# Writing, sent where there are operations. An operation is [kind, subject, name, type, data, expected, record]: see
# request.py.

function ConvertFrom-Hex([string]$digits) {
    for ($i = 0; $i -lt $digits.Length; $i += 2) { [Convert]::ToByte($digits.Substring($i, 2), 16) }
}

# What Read-Registry finds of one key: all of it and of what is below it, or one value.
function Read-One([string]$path, [int]$depth, [bool]$all, [string[]]$names) {
    $found = [Collections.ArrayList]@()
    $start = $path.IndexOf('\') + 1
    $pattern = , $path.Substring($start)
    Read-Registry @(, @($found, $path.Substring(0, $start), $pattern, $depth, $all, $names, '', 0, @(), '', $true, @()))
    , $found
}

# The one key at a path and all below it as JSON, null when there is none.
function Read-Tree([string]$path) {
    $key = Open-Key $path $false
    if (!$key) { return 'null' }
    $key.Close()
    '{' + ((Read-One $path -1 $true @()) -join ',') + '}'
}

# One value of a key as JSON, null when there is none. The answer of the query is "path":{"name":value}.
function Read-Named([string]$path, [string]$name) {
    $key = Open-Key $path $false
    if (!$key) { return 'null' }
    $existing = @($key.GetValueNames() | Where-Object { [string]::Equals($_, $name, $anyCase) })
    $key.Close()
    if (!$existing.Length) { return 'null' }
    $found = Read-One $path 0 $false $name
    if (!$found.Count) { return '{"REG_UNKNOWN":null}' }
    $start = 3 + (Get-Json $path).Length + (Get-Json $name).Length
    $found[0].Substring($start, $found[0].Length - $start - 1)
}

function Get-Status([string]$name) {
    $service = Get-ServiceController | Where-Object { $_.ServiceName -eq $name }
    if ($service) { '"' + $statuses[[int]$service.Status] + '"' } else { 'null' }
}

# A file that is to be renamed, and whether its new name is taken.
function Read-Renamed([string]$path, [string]$to) {
    $file = [IO.FileInfo](Get-NativePath $path)
    if (!$file.Exists) { return 'null' }
    $taken = if (([IO.FileInfo](Get-NativePath $to)).Exists) { 'true' } else { 'false' }
    '{"size":' + $file.Length.ToString() + ',"modified":"' + $file.LastWriteTimeUtc.ToString('s') + 'Z","taken":' +
        $taken + '}'
}

# A tree that is to be deleted: one of which a part cannot be read must stay.
function Read-WholeTree([string]$path) {
    $tree = Read-Tree $path
    foreach ($place in $unreadable.Keys) {
        if (($place + '\').StartsWith($path + '\', $anyCase)) { throw [InvalidOperationException]($place +
            ' cannot be read: ' + $unreadable[$place]) }
    }
    $tree
}

# What stands where an operation is about to write, in the same words as what the operation expects.
function Read-State([string[]]$operation) {
    switch ($operation[0]) {
        'set_value' { Read-Named $operation[1] $operation[2] }
        'delete_value' { Read-Named $operation[1] $operation[2] }
        'create_key' { Read-Tree $operation[1] }
        'delete_key' { Read-WholeTree $operation[1] }
        'ledger' { Read-Tree $operation[1] }
        'start' { Get-Status $operation[1] }
        'stop' { Get-Status $operation[1] }
        'rename_file' { Read-Renamed $operation[1] $operation[2] }
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

# A key opened for writing, made where it does not exist.
function Open-Created([string]$path) {
    $key = (Open-Hive $path).CreateSubKey($path.Substring($path.IndexOf('\') + 1))
    if (!$key) { throw [IO.IOException]"cannot create $path" }
    $key
}

# The casts hand .NET plain values: PowerShell 2.0 would pass wrapped ones.
function Set-Value([string]$path, [string]$name, [string]$type, [string]$data) {
    $key = Open-Created $path
    switch ($type) {
        'REG_SZ' { $key.SetValue($name, [string][regex]::Unescape($data), [Microsoft.Win32.RegistryValueKind]::String) }
        'REG_EXPAND_SZ' { $key.SetValue($name, [string][regex]::Unescape($data),
            [Microsoft.Win32.RegistryValueKind]::ExpandString) }
        'REG_MULTI_SZ' { $key.SetValue($name, [string[]](Get-List $data),
            [Microsoft.Win32.RegistryValueKind]::MultiString) }
        'REG_DWORD' { $key.SetValue($name, [int][BitConverter]::ToInt32([BitConverter]::GetBytes([uint32]$data), 0),
            [Microsoft.Win32.RegistryValueKind]::DWord) }
        'REG_QWORD' { $key.SetValue($name, [long][BitConverter]::ToInt64([BitConverter]::GetBytes([uint64]$data), 0),
            [Microsoft.Win32.RegistryValueKind]::QWord) }
        'REG_BINARY' { $key.SetValue($name, [byte[]]@(ConvertFrom-Hex $data),
            [Microsoft.Win32.RegistryValueKind]::Binary) }
        default { throw [ArgumentException]"the request writes a $type, which this payload does not write" }
    }
    $key.Close()
}

# Makes the ledger with permissions of its own: Administrators and SYSTEM write, Users read, and nothing of the keys
# above counts. Whoever could write an entry could have a later run write what it says.
function Open-Ledger([string]$path) {
    $key = Open-Key $path $false
    if ($key) { $key.Close(); return }
    (Open-Created $path).Close()
    $security = [Activator]::CreateInstance([Security.AccessControl.RegistrySecurity])
    $security.SetSecurityDescriptorSddlForm('O:BAD:P(A;CI;KA;;;BA)(A;CI;KA;;;SY)(A;CI;KR;;;BU)', 'Owner, Access')
    $key = (Open-Hive $path).OpenSubKey($path.Substring($path.IndexOf('\') + 1), 'ReadWriteSubTree',
        'ChangePermissions, TakeOwnership, ReadPermissions')
    $key.SetAccessControl($security)
    $key.Close()
}

function Write-Ledger([string]$path, [string[]]$values) {
    Open-Ledger $path.Substring(0, $path.LastIndexOf('\'))
    $key = Open-Created $path
    for ($i = 0; $i -lt $values.Length; $i += 2) { $key.SetValue($values[$i], $values[$i + 1],
        [Microsoft.Win32.RegistryValueKind]::String) }
    $key.Close()
}

# Stops or starts a driver as best effort. A driver's unload routine runs at once or not at all, so there is no long
# wait. What Windows refused, or did not do, is noted in the ledger, so that the next run does not try again.
function Set-Status([string]$name, [bool]$stop, [string]$record) {
    $code = 0
    $wanted = [ServiceProcess.ServiceControllerStatus]::Running
    if ($stop) { $wanted = [ServiceProcess.ServiceControllerStatus]::Stopped }
    $service = Get-ServiceController | Where-Object { $_.ServiceName -eq $name }
    try {
        if ($stop) { $service.Stop() } else { $service.Start() }
        $service.WaitForStatus($wanted, [TimeSpan]::FromSeconds(5))
    }
    catch {
        $cause = $_.Exception.GetBaseException()
        $code = 1460 # ERROR_TIMEOUT, unless Windows says otherwise
        if ($cause -is [ComponentModel.Win32Exception]) { $code = $cause.NativeErrorCode }
    }
    if ($code -and $record) { Set-Value $record 'RefusedCode' 'REG_DWORD' $code }
    $service.Refresh()
    '{"status":"' + $statuses[[int]$service.Status] + '","code":' + $code + '}'
}

# The values of a key, with what it takes to write them again.
function Get-Values([string]$path) {
    $values = @{}
    $key = Open-Key $path $false
    if (!$key) { return $values }
    foreach ($name in $key.GetValueNames()) {
        $values[$name] = @{ json = Read-Named $path $name; data = $key.GetValue($name, $null,
            $unexpanded); kind = $key.GetValueKind($name) }
    }
    $key.Close()
    $values
}

# Restores what a command did to the values of a key; the ledger notes which they were.
function Restore-Values([string]$path, $before, [string]$record) {
    $after = Get-Values $path
    # By enumerator: a value called Keys would stand in the way of the property.
    $added = @(foreach ($entry in $after.GetEnumerator()) { if (!$before.ContainsKey($entry.Key)) { $entry.Key } })
    $changed = @(foreach ($entry in $before.GetEnumerator()) { if (!$after.ContainsKey($entry.Key) -or
        $after[$entry.Key].json -cne $entry.Value.json) { $entry.Key } })
    if (!$added.Length -and !$changed.Length) { return }
    $key = Open-Created $path
    foreach ($name in $added) { $key.DeleteValue($name) }
    foreach ($name in $changed) { $key.SetValue($name, $before[$name].data.PSObject.BaseObject,
        $before[$name].kind) } # 2.0 would pass it wrapped
    $key.Close()
    $entry = Open-Created $record
    $entry.SetValue('PutBack', [string[]]($changed + $added), [Microsoft.Win32.RegistryValueKind]::MultiString)
    $entry.Close()
}

# Runs a program as best effort. What it failed with, and what it did to a key that it must leave alone, is noted in the
# ledger.
function Invoke-Change([string]$program, [string]$arguments, [string]$kept, [string]$record) {
    if ($kept) { $before = Get-Values $kept }
    $answer = Invoke-Program $program $arguments
    if ($kept) { Restore-Values $kept $before $record }
    $code = [int][regex]::Match($answer, '-?\d+').Value
    if ($record -and $code) {
        Set-Value $record 'RefusedCode' 'REG_DWORD' ([BitConverter]::ToUInt32([BitConverter]::GetBytes($code), 0)) }
    $answer
}

function Remove-Named([string]$path, [string]$name) {
    $key = Open-Key $path $true
    $key.DeleteValue($name)
    $key.Close()
}

# Deletes a key and the named ones below it, in this order, each when nothing is below it any more. A key that is not
# among them, made since, stays and ends it; so does a registry link, which cannot be deleted so. One that is gone is no
# error: Windows deletes a key Enum when its driver stops.
function Remove-Keys([string]$path, [string[]]$below) {
    $relative = $path.Substring($path.IndexOf('\') + 1)
    $hive = Open-Hive $path
    foreach ($name in $below) { $hive.DeleteSubKey($relative + $name, $false) }
}

function Invoke-Operation([string[]]$operation) {
    $name = $operation[2]
    switch ($operation[0]) {
        'set_value' { Set-Value $operation[1] $name $operation[3] $operation[4] }
        'delete_value' { Remove-Named $operation[1] $name }
        'create_key' { (Open-Created $operation[1]).Close() }
        'delete_key' { Remove-Keys $operation[1] (Get-List $operation[4]) }
        'ledger' { Write-Ledger $operation[1] (Get-List $operation[4]) }
        'rename_file' { [IO.File]::Move((Get-NativePath $operation[1]), (Get-NativePath $name)) }
        'start' { return Set-Status $operation[1] $false $operation[6] }
        'stop' { return Set-Status $operation[1] $true $operation[6] }
        'run' { return Invoke-Change $operation[1] $name ([regex]::Unescape($operation[4])) $operation[6] }
    }
    '{}'
}

# One run writes at a time, whoever is connected: what another one writes between check and write would be lost, and
# both would give their entries the same number. A run that died while it held the mutex leaves it abandoned, and so to
# the next.
function Enter-Writing {
    try { $mutex = [Activator]::CreateInstance([Threading.Mutex], [object[]]@($false,
        'Global\server_baseline.windows')) }
    catch { throw [InvalidOperationException]('the mutex of the collection cannot be opened: ' + (Get-ErrorWord $_)) }
    try { $isMine = $mutex.WaitOne(30000, $false) }
    catch {
        $isMine = $_.Exception.GetBaseException() -is [Threading.AbandonedMutexException]
        if (!$isMine) { throw }
    }
    if (!$isMine) { throw [InvalidOperationException]'another run is writing' }
    $mutex
}

function Invoke-Writing($operations) {
    $progress.operation = 0
    $mutex = Enter-Writing
    try { Invoke-Operations $operations }
    finally { $mutex.ReleaseMutex(); $mutex.Close() }
}

# Either everything stands as the operations expect and they are applied in their order, or nothing is written.
function Invoke-Operations($operations) {
    for ($i = 0; $i -lt $operations.Count; $i++) {
        $progress.operation = $i
        $operation = [string[]]$operations[$i]
        $found = Read-State $operation
        if ($found -cne $operation[5]) { Add-Answer conflicts ('{"operation":' + $i + ',"found":' + $found + '}') }
        elseif ($operation[1].StartsWith('HK')) { Assert-Writable $operation[1] }
    }
    if ($answers.conflicts.Count) { return }
    $progress.writing = $true
    for ($i = 0; $i -lt $operations.Count; $i++) {
        $progress.operation = $i
        Add-Answer operations (Invoke-Operation ([string[]]$operations[$i]))
    }
    $progress.operation = -1
}

# An answer in plain text.

function Format-Answer([string]$text) { $text }

# Answering: takes the request apart, has it applied and read, and answers.

function Get-Members($dictionary) {
    $members = @(foreach ($name in $dictionary.Keys) { (Get-Json $name) + ':' + $dictionary[$name] })
    '{' + ($members -join ',') + '}'
}

# Rules for image paths: expression and replacement in turn. Here and below casts hand on plain values: PowerShell 2.0
# wraps what a function returns.
function Get-Rules([string]$field) {
    $rules = @() + (Get-List $field)
    for ($i = 0; $i -lt $rules.Length; $i += 2) {
        $rules[$i] = [Activator]::CreateInstance([regex], @([string]$rules[$i], $ignoreCase)) }
    , $rules
}

# The fifth field of an operation is data, which is read by its type.
function Get-Operation([string[]]$field) {
    $operation = [string[]]$field[1..7]
    foreach ($i in 0, 1, 2, 3, 5, 6) { $operation[$i] = [regex]::Unescape($operation[$i]) }
    , $operation
}

$images = [Activator]::CreateInstance([Collections.Hashtable])
$files = [Activator]::CreateInstance([Collections.Specialized.OrderedDictionary])
# By the case of the name, unlike @{}.
$labels = [Activator]::CreateInstance([Collections.Hashtable])
$answers = @{}
$dictionaries = 'services', 'commands', 'events', 'access'
$lists = 'interfaces', 'conflicts', 'operations'
foreach ($kind in $dictionaries + $lists) { $answers[$kind] = [Collections.ArrayList]@() }
$rules = @()
$operations = [Collections.ArrayList]@()
$readings = [Collections.ArrayList]@()
$queries = [Collections.ArrayList]@()
$progress = @{ operation = -1; writing = $false }
$failure = 'null'
try {
    # The lines before the rules are what stands for `A, `B and so on in those that follow.
    $lines = $request.Split([char]10)
    for ($first = 0; !$lines[$first].StartsWith('rules|'); $first++) { $request = $request.Replace('`' +
        [char](65 + $first), $lines[$first]) }
    foreach ($line in $request.Split([char]10)[$first..$lines.Length]) {
        # Empty fields at the end of a line are not sent.
        $field = ($line + '|||||||||||').Split('|')
        switch ($field[0]) {
            'rules' { $rules = Get-Rules $field[1] }
            'operation' { [void]$operations.Add([string[]](Get-Operation $field)) }
            'registry' { [void]$readings.Add([object[]](Get-Query $field)) }
            default { [void]$queries.Add($field) }
        }
    }
    if ($operations.Count) { Invoke-Writing $operations }
    Read-Registry $readings.ToArray()
    foreach ($query in $queries) { Invoke-Query $query }
}
catch { $failure = '{"operation":' + $progress.operation + ',"writing":' +
    $progress.writing.ToString().ToLowerInvariant() + ',"reason":' + (Get-Json (Get-ErrorWord $_)) + '}' }

foreach ($path in @($unreadable.Keys)) { $unreadable[$path] = Get-Json $unreadable[$path] }
$registry = @(foreach ($reading in $readings) { $reading[0] -join ',' }) -join '},{'
if ($readings.Count) { $registry = '{' + $registry + '}' }
$answer = @('{"environment":', (Read-Environment), ',"files":', (Get-Members $files), ',"unreadable":',
    (Get-Members $unreadable))
foreach ($kind in $dictionaries) {
    $answer += ',"' + $kind + '":{', ($answers[$kind] -join ','), '}' }
foreach ($kind in $lists) {
    $answer += ',"' + $kind + '":[', ($answers[$kind] -join ','), ']' }
$answer += ',"registry":[', $registry, '],"failure":', $failure, '}'
$nonce + ':' + (Format-Answer ($answer -join '')) + ':' + $nonce
}

# A module that is not signed runs in another language mode under application control: it can only say so.
$mode = $ExecutionContext.SessionState.LanguageMode
if ("$mode" -ne 'FullLanguage') { "{`"failed`":true,`"msg`":`"baseline:mode:$mode`"}" }
else {
    $answer = & $payload $complex_args.nonce $complex_args.request
    '{"changed":false,"answer":"' + $answer.Replace('\', '\\').Replace('"', '\"') + '"}'
}
