# An answer in plain text.

function Format-Answer([string]$text) { $text }
