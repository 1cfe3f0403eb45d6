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
