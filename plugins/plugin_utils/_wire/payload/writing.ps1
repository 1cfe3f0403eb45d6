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
