# Reading: what a file is known by, whatever it says of itself. Sent where a query asks for it.

# The bytes that may still be hashed: of all files of an execution together, so that no large one makes a server wait.
$unhashed = @{ left = 268435456 }

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

# The subject of the certificate that an embedded signature was made with. Nobody checks the signature, and no
# certificate is looked up. An exception says that none is embedded: the file is signed by a catalogue, or not at all.
function Read-Signer([string]$path) {
    try {
        $certificate = [Security.Cryptography.X509Certificates.X509Certificate]::CreateFromSignedFile($path)
        ConvertTo-Text $certificate.Subject
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
                if ($fact -eq 'signer') { $known = Read-Signer $native } else { $known = Read-Hash $stream }
                $more += ',"' + $fact + '":' + $known
            }
        }
        finally { $stream.Close() }
    }
    catch { $more = ',"unidentified":' + (ConvertTo-Text (Get-ErrorWord $_)) }
    $files[$path] = $json.Substring(0, $json.Length - 1) + $more + '}'
}

# Whether a file passes for Windows' own: there are hundreds, and nobody asks for them (identity.py).
function Test-WindowsOwn([string]$path) {
    $json = $files[$path]
    $name = ConvertTo-Text $path.Substring($path.LastIndexOf('\') + 1)
    $path.StartsWith($systemRoot + '\', $anyCase) -and $json.IndexOf('"company":"Microsoft', $anyCase) -ge 0 -and
        $json.IndexOf('"original_filename":' + $name.Substring(0, $name.Length - 1), $anyCase) -ge 0
}

# Identifies the files that a query of the registry described.
function Add-Identities($paths, [string[]]$facts) {
    foreach ($path in $paths) { if ($path -and !(Test-WindowsOwn $path)) { Add-Identity $path $facts } }
}
