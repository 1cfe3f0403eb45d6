# Executes requests one after the other in one engine, each at the same moment as another engine does: two controllers
# that write together. Standard input: this one's name and the other's, then the payload and the requests, each as
# hexadecimal digits on a line of its own.
param([string]$own, [string]$other)
$ErrorActionPreference = 'Stop'
$lines = @($input)
function Read-Line([string]$digits) {
    $bytes = for ($i = 0; $i -lt $digits.Length; $i += 2) { [Convert]::ToByte($digits.Substring($i, 2), 16) }
    [Text.Encoding]::ASCII.GetString([byte[]]$bytes)
}
$payload = [ScriptBlock]::Create((Read-Line $lines[0]))
$ready = [Threading.Semaphore]::new(0, 1000, "Global\race-$own")
$others = [Threading.Semaphore]::new(0, 1000, "Global\race-$other")
for ($round = 1; $round -lt $lines.Length; $round += 2) {
    [void]$ready.Release()
    if (!$others.WaitOne(60000)) { throw "the other engine did not come to round $round" }
    $answer = & $payload ('0' * 32) (Read-Line $lines[$round])
    $answer
    # A conflict: somebody else was first, and the task is run again.
    if ($answer -notmatch '"conflicts":\[\]') { & $payload ('0' * 32) (Read-Line $lines[$round + 1]) } else { '' }
}
