/*
 * Copyright (c) 2026 Server Baseline contributors
 * GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A stub for a command of Windows that Wine does not have, above all netsh: it is no part of a network stack, but
 * answers as the description of the server says, and remembers what it was told to set.
 *
 * Beside it lies C:\lab\<its name>.answers: lines of  command TAB exit code TAB output in hexadecimal.
 * A command with the exit code 1460 (ERROR_TIMEOUT) never ends.
 * Every command line that it is asked is added to C:\lab\commands.log.
 *
 *   netsh int[erface] tcp set global NAME=VALUE ...   changes the kept answer to "interface tcp dump"; udp likewise
 *   netsh int[erface] ip set chimney ENABLED|DISABLED sets EnableTCPChimney in the registry, as Server 2003 does
 *                                                     (on the fly: MS IIS support blog, 2008-02-20)
 */
#include <windows.h>
#include <io.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SIZE 65536
#define HANGS 1460
#define DUMP "interface %s dump"
#define SET_GLOBAL "interface %s set global "
#define SET_CHIMNEY "interface ip set chimney "

struct answer { char command[1024]; int code; char *output; };

static struct answer answers[64];
static int count;
static char path[MAX_PATH];

static int digit(char c) { return c <= '9' ? c - '0' : (c | 32) - 'a' + 10; }

static void read_answers(void)
{
    static char line[2 * SIZE];
    FILE *file = fopen(path, "rb");
    if (!file) return;
    while (count < 64 && fgets(line, sizeof(line), file))
    {
        struct answer *a = &answers[count++];
        char *code = strchr(line, '\t'), *hex, *out;
        if (!code || !(hex = strchr(code + 1, '\t'))) { count--; continue; }
        *code++ = 0;
        strncpy(a->command, line, sizeof(a->command) - 1);
        a->code = atoi(code);
        out = a->output = calloc(1, SIZE);
        for (hex++; hex[0] > ' ' && hex[1] > ' '; hex += 2) *out++ = (char)(digit(hex[0]) << 4 | digit(hex[1]));
    }
    fclose(file);
}

static void write_answers(void)
{
    FILE *file = fopen(path, "wb");
    int i;
    for (i = 0; i < count; i++)
    {
        const unsigned char *c = (const unsigned char *)answers[i].output;
        fprintf(file, "%s\t%d\t", answers[i].command, answers[i].code);
        while (*c) fprintf(file, "%02x", *c++);
        fputc('\n', file);
    }
    fclose(file);
}

static struct answer *find(const char *command)
{
    int i;
    for (i = 0; i < count; i++) if (!_stricmp(answers[i].command, command)) return &answers[i];
    return NULL;
}

static int fail(const char *message)
{
    printf("%s\r\n", message);
    return 1;
}

/* Put value in the place of what stands after " name=" in the line "set global ..."; 0 when there is no such name. */
static int replace(char *dump, const char *name, const char *value)
{
    static char copy[SIZE];
    char wanted[128], *line = strstr(dump, "set global "), *at, *end;
    snprintf(wanted, sizeof(wanted), " %s=", name);
    if (!line || !(at = strstr(line, wanted)) || at > line + strcspn(line, "\r\n")) return 0;
    at += strlen(wanted);
    end = at + strcspn(at, " \r\n");
    strcpy(copy, end);
    snprintf(at, SIZE - (at - dump), "%s%s", value, copy);
    return 1;
}

/* The settings of "interface CONTEXT set global SETTINGS"; NULL for another command. */
static char *settings_of(char *command, const char *context)
{
    char start[64];
    snprintf(start, sizeof(start), SET_GLOBAL, context);
    return _strnicmp(command, start, strlen(start)) ? NULL : command + strlen(start);
}

static int set_global(const char *context, char *settings)
{
    char name[64], *word;
    struct answer *dump;
    snprintf(name, sizeof(name), DUMP, context);
    if (!(dump = find(name))) return fail("The following command was not found: set global.");
    for (word = strtok(settings, " "); word; word = strtok(NULL, " "))
    {
        char *value = strchr(word, '=');
        if (!value)
            return fail("The syntax supplied for this command is not valid. Check help for the correct syntax.");
        *value++ = 0;
        _strlwr(word);
        if (!replace(dump->output, word, _strlwr(value)))
            return fail("Set global command failed: the parameter is incorrect.");
    }
    write_answers();
    return fail("Ok.") - 1;
}

static int set_chimney(const char *word)
{
    static const char path[] = "SYSTEM\\CurrentControlSet\\Services\\Tcpip\\Parameters";
    DWORD value = !_stricmp(word, "ENABLED");
    HKEY key;
    if (!value && _stricmp(word, "DISABLED")) return fail("The syntax supplied for this command is not valid.");
    if (RegCreateKeyExA(HKEY_LOCAL_MACHINE, path, 0, NULL, 0, KEY_SET_VALUE, NULL, &key, NULL)
        || RegSetValueExA(key, "EnableTCPChimney", 0, REG_DWORD, (BYTE *)&value, sizeof(value)))
        return fail("Access is denied.");
    return fail("Ok.") - 1;
}

static void log_line(const char *name, const char *command)
{
    FILE *file = fopen("C:\\lab\\commands.log", "ab");
    if (!file) return;
    fprintf(file, *command ? "%s %s\n" : "%s\n", name, command);
    fclose(file);
}

/* Arguments joined by one space, and the short names of contexts in full: "int tcp ..." is "interface tcp ...". */
static void join(int argc, WCHAR **argv, char *command, size_t size)
{
    int i;
    for (i = 1; i < argc; i++)
    {
        const WCHAR *word = i == 1 && !_wcsicmp(argv[i], L"int") ? L"interface" : argv[i];
        size_t used = strlen(command);
        if (i > 1 && used < size - 1) strcpy(command + used++, " ");
        WideCharToMultiByte(CP_UTF8, 0, word, -1, command + used, (int)(size - used), NULL, NULL);
    }
}

int wmain(int argc, WCHAR **argv)
{
    static char command[16384];
    char module[MAX_PATH], *name, *dot;
    char *settings;
    struct answer *found;
    GetModuleFileNameA(NULL, module, MAX_PATH);
    name = strrchr(module, '\\') + 1;
    if ((dot = strrchr(name, '.'))) *dot = 0;
    snprintf(path, sizeof(path), "C:\\lab\\%s.answers", _strlwr(name));
    join(argc, argv, command, sizeof(command));
    log_line(name, command);
    read_answers();
    _setmode(1, 0x8000);
    if ((found = find(command)))
    {
        if (found->code == HANGS) Sleep(INFINITE);
        fputs(found->output, stdout);
        return found->code;
    }
    if (!_stricmp(name, "netsh") && (settings = settings_of(command, "tcp"))) return set_global("tcp", settings);
    if (!_stricmp(name, "netsh") && (settings = settings_of(command, "udp"))) return set_global("udp", settings);
    if (!_stricmp(name, "netsh") && !_strnicmp(command, SET_CHIMNEY, strlen(SET_CHIMNEY)))
        return set_chimney(command + strlen(SET_CHIMNEY));
    printf("The following command was not found: %s.\r\n", command);
    return 1;
}
