$ProgressPreference=$WarningPreference='SilentlyContinue'
$l=@($input)-join''
$m=$ExecutionContext.SessionState.LanguageMode
if("$m"-ne'FullLanguage'){"server_baseline:language-mode:${m}:"}
elseif(!$l){'server_baseline:no-input:'}
else{$p=$l.Split(' ')
$g=[Activator]::CreateInstance([IO.Compression.GZipStream],@([IO.MemoryStream][Convert]::FromBase64String($p[1]),[IO.Compression.CompressionMode]::Decompress))
$s=[Activator]::CreateInstance([IO.StreamReader],@($g,[Text.Encoding]::ASCII)).ReadToEnd().Split([char]30)
& ([ScriptBlock]::Create($s[0])) $p[0] $s[1]}
