/*
 * Copyright (c) 2026 Server Baseline contributors
 * GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A PowerShell.exe in front of the real one on the PATH, for servers whose PowerShell is not as it should be. It runs
 * the real one with the same streams and arguments and ends with its exit code. C:\lab\front.txt says what it does
 * besides, one setting a line:
 *
 *   banner=TEXT   prints TEXT and a new line first, as a profile does
 *   trailer=TEXT  prints TEXT and a new line last
 *   prefix=CODE   puts CODE in front of the script that -EncodedCommand carries
 *   outer=yes     is itself the PowerShell that only starts another one: where the script that -EncodedCommand carries
 *                 is such a command ("PowerShell ... -EncodedCommand ..."), that one is run, with the same streams
 */
#include <windows.h>
#include <io.h>
#include <stdio.h>
#include <stdlib.h>
#include <wchar.h>

#define REAL L"C:\\windows\\system32\\WindowsPowerShell\\v1.0\\powershell.exe"
#define SIZE 65536

static char banner[1024], trailer[1024], prefix[4096], outer[8];
static WCHAR line[SIZE];

static void read_settings(void)
{
    static char text[8192];
    FILE *file = fopen("C:\\lab\\front.txt", "rb");
    if (!file) return;
    while (fgets(text, sizeof(text), file))
    {
        text[strcspn(text, "\r\n")] = 0;
        if (!strncmp(text, "banner=", 7)) strncpy(banner, text + 7, sizeof(banner) - 1);
        if (!strncmp(text, "trailer=", 8)) strncpy(trailer, text + 8, sizeof(trailer) - 1);
        if (!strncmp(text, "prefix=", 7)) strncpy(prefix, text + 7, sizeof(prefix) - 1);
        if (!strncmp(text, "outer=", 6)) strncpy(outer, text + 6, sizeof(outer) - 1);
    }
    fclose(file);
}

static int value_of(WCHAR c)
{
    if (c >= 'A' && c <= 'Z') return c - 'A';
    if (c >= 'a' && c <= 'z') return c - 'a' + 26;
    if (c >= '0' && c <= '9') return c - '0' + 52;
    return c == '+' ? 62 : c == '/' ? 63 : -1;
}

static size_t decode(const WCHAR *text, BYTE *data)
{
    unsigned bits = 0;
    int held = 0;
    size_t size = 0;
    for (; value_of(*text) >= 0; text++)
    {
        bits = bits << 6 | value_of(*text);
        if ((held += 6) >= 8) data[size++] = (BYTE)(bits >> (held -= 8));
    }
    return size;
}

static void encode(const BYTE *data, size_t size, WCHAR *text)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    size_t i;
    for (i = 0; i < size; i += 3)
    {
        unsigned bits = data[i] << 16 | (i + 1 < size ? data[i + 1] << 8 : 0) | (i + 2 < size ? data[i + 2] : 0);
        *text++ = digits[bits >> 18];
        *text++ = digits[bits >> 12 & 63];
        *text++ = i + 1 < size ? digits[bits >> 6 & 63] : '=';
        *text++ = i + 2 < size ? digits[bits & 63] : '=';
    }
    *text = 0;
}

/* The place after -EncodedCommand, whatever the case of its letters. */
static WCHAR *find_script(WCHAR *at)
{
    static const WCHAR option[] = L"-encodedcommand ";
    for (; *at; at++) if (!_wcsnicmp(at, option, wcslen(option))) return at + wcslen(option);
    return NULL;
}

/* The script after -EncodedCommand with the prefix before it; everything else of the line as it is. */
static void put_prefix(void)
{
    static BYTE script[2 * SIZE];
    WCHAR *at = find_script(line);
    size_t size, used = strlen(prefix) * sizeof(WCHAR);
    if (!*prefix || !at) return;
    MultiByteToWideChar(CP_UTF8, 0, prefix, -1, (WCHAR *)script, SIZE);
    size = decode(at, script + used);
    encode(script, used + size, at);
}

/* In place of a script that starts another PowerShell, the script of that one. */
static void take_inner(void)
{
    static BYTE script[2 * SIZE];
    WCHAR *at = find_script(line), *inner;
    size_t size;
    if (!*outer || !at) return;
    size = decode(at, script);
    ((WCHAR *)script)[size / sizeof(WCHAR)] = 0;
    if (!wcsstr((WCHAR *)script, L"PowerShell -NoProfile") || !(inner = find_script((WCHAR *)script))) return;
    while (value_of(*inner) >= 0 || *inner == '=') *at++ = *inner++;
    *at = 0;
}

static void print(const char *text)
{
    if (!*text) return;
    printf("%s\r\n", text);
    fflush(stdout);
}

int wmain(void)
{
    STARTUPINFOW start = {sizeof(start)};
    PROCESS_INFORMATION child;
    DWORD code = 1;
    const WCHAR *given = GetCommandLineW();
    BOOL quoted = *given == '"';
    const WCHAR *end = wcschr(given + (quoted ? 1 : 0), quoted ? '"' : ' ');
    read_settings();
    swprintf(line, SIZE, L"\"%ls\"%ls", REAL, end ? end + (quoted ? 1 : 0) : L"");
    take_inner();
    put_prefix();
    _setmode(1, 0x8000);
    print(banner);
    start.dwFlags = STARTF_USESTDHANDLES;
    start.hStdInput = GetStdHandle(STD_INPUT_HANDLE);
    start.hStdOutput = GetStdHandle(STD_OUTPUT_HANDLE);
    start.hStdError = GetStdHandle(STD_ERROR_HANDLE);
    if (!CreateProcessW(REAL, line, NULL, NULL, TRUE, 0, NULL, NULL, &start, &child)) return 1;
    WaitForSingleObject(child.hProcess, INFINITE);
    GetExitCodeProcess(child.hProcess, &code);
    print(trailer);
    return (int)code;
}
