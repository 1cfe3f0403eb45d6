#server_baseline.windows
$ProgressPreference=$WarningPreference=0
$mode=$ExecutionContext.SessionState.LanguageMode
$text=@($input)-join"`n"
if("$mode"-ne'FullLanguage'){"baseline:mode:$mode"}
elseif(!$text){'baseline:no-input'}
else{$nonce=$text.Substring(0,32)
$part=$text-split"$nonce`n"
&([ScriptBlock]::Create($part[1]))$nonce $part[2]}
