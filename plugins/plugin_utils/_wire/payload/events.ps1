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
