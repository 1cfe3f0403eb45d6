# An answer, gzipped. Sent in place of plain.ps1 where a request says that its answer is large.

function Format-Answer([string]$text) {
    $bytes = [Text.Encoding]::ASCII.GetBytes($text)
    $memory = [Activator]::CreateInstance([IO.MemoryStream])
    $gzip = [Activator]::CreateInstance([IO.Compression.GZipStream], @($memory,
        [IO.Compression.CompressionMode]::Compress))
    $gzip.Write($bytes, 0, $bytes.Length)
    $gzip.Close()
    [Convert]::ToBase64String($memory.ToArray())
}
