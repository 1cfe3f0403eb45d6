# Prints what a script is made of, one finding a line: line number, kind, detail, between tabs. The script comes on
# standard input, base64-encoded. The parser is the engine's own; the caller says what is allowed.
$text = [Text.Encoding]::UTF8.GetString([Convert]::FromBase64String(@($input) -join ''))
$tokens = $null
$errors = $null
$ast = [System.Management.Automation.Language.Parser]::ParseInput($text, [ref]$tokens, [ref]$errors)

function Out-Finding($extent, [string]$kind, [string]$detail) {
    "{0}`t{1}`t{2}" -f $extent.StartLineNumber, $kind, $detail.Replace("`n", ' ').Replace("`r", '').Replace("`t", ' ')
}

foreach ($problem in $errors) { Out-Finding $problem.Extent 'error' $problem.Message }
foreach ($token in $tokens) {
    if ($token.Kind -eq 'Number') { Out-Finding $token.Extent 'number' $token.Text }
}
foreach ($node in $ast.FindAll({ $true }, $true)) {
    $name = $node.GetType().Name
    Out-Finding $node.Extent 'node' $name
    switch ($name) {
        'BinaryExpressionAst' { Out-Finding $node.Extent 'operator' $node.Operator }
        'UnaryExpressionAst' { Out-Finding $node.Extent 'operator' $node.TokenKind }
        'AssignmentStatementAst' { Out-Finding $node.Extent 'operator' $node.Operator }
        'TypeExpressionAst' { Out-Finding $node.Extent 'type' $node.TypeName.FullName }
        'TypeConstraintAst' { Out-Finding $node.Extent 'type' $node.TypeName.FullName }
        'VariableExpressionAst' { Out-Finding $node.Extent 'variable' $node.VariablePath.UserPath }
        'CommandAst' {
            $first = ''
            if ($node.CommandElements.Count -gt 1) { $first = $node.CommandElements[1].GetType().Name }
            Out-Finding $node.Extent 'command' ("{0} {1}" -f $node.GetCommandName(), $first)
        }
        'FunctionDefinitionAst' { Out-Finding $node.Extent 'function' $node.Name }
        'FileRedirectionAst' { Out-Finding $node.Extent 'redirection' $node.FromStream }
        'MergingRedirectionAst' { Out-Finding $node.Extent 'redirection' $node.FromStream }
        { $_ -eq 'InvokeMemberExpressionAst' -or $_ -eq 'MemberExpressionAst' } {
            $kind = 'instance'
            $owner = ''
            if ($node.Static) { $kind = 'static'; $owner = $node.Expression.TypeName.FullName + '::' }
            if ($node.NullConditional) { $kind = 'null-conditional' }
            if ($name -eq 'InvokeMemberExpressionAst' -and !$node.Static) { $kind = 'method' }
            Out-Finding $node.Extent $kind ($owner + $node.Member.Extent.Text)
        }
    }
}
