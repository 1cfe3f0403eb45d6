/*
 * Copyright (c) 2026 Server Baseline contributors
 * GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The lab's hand inside a prefix. One process applies a list of operations, so that a server is seeded in one go.
 *
 *   labctl do FILE    operations of FILE: NUL-terminated UTF-16 strings, an operation's name and its arguments;
 *                     writes FILE.log: one line "number error" for each that failed
 *   labctl ready      ends with 0 when the service manager answers, else with its Windows error
 *   labctl run LINE   runs the command line with this process's own streams, as the only child of a job that dies with
 *                     this process, and ends with its exit code. LINE is one argument: nothing of it is quoted again.
 */
#define _WIN32_WINNT 0x0601
#include <windows.h>
#include <winternl.h>
#include <sddl.h>
#include <stdio.h>
#include <stdlib.h>
#include <wchar.h>

NTSTATUS NTAPI NtSetValueKey(HANDLE, PUNICODE_STRING, ULONG, ULONG, PVOID, ULONG); /* winternl.h does not have it */

static HKEY root_of(const WCHAR *name)
{
    return wcscmp(name, L"HKCU") ? HKEY_LOCAL_MACHINE : HKEY_CURRENT_USER;
}

static void enable_privilege(const WCHAR *name)
{
    TOKEN_PRIVILEGES wanted = {1};
    HANDLE token;
    if (!OpenProcessToken(GetCurrentProcess(), TOKEN_ADJUST_PRIVILEGES, &token)) return;
    LookupPrivilegeValueW(NULL, name, &wanted.Privileges[0].Luid);
    wanted.Privileges[0].Attributes = SE_PRIVILEGE_ENABLED;
    AdjustTokenPrivileges(token, FALSE, &wanted, 0, NULL, NULL);
    CloseHandle(token);
}

/* The registry server itself executes RegSaveKey: the whole of HKLM takes some 50 ms. */
static LONG save(const WCHAR *root, const WCHAR *file)
{
    HKEY key;
    LONG error = RegOpenKeyExW(root_of(root), NULL, 0, KEY_READ, &key);
    DeleteFileW(file);
    return error ? error : RegSaveKeyW(key, file, NULL);
}

static LONG secure(const WCHAR *root, const WCHAR *path, const WCHAR *sddl)
{
    PSECURITY_DESCRIPTOR descriptor;
    HKEY key;
    LONG error;
    if (!ConvertStringSecurityDescriptorToSecurityDescriptorW(sddl, SDDL_REVISION_1, &descriptor, NULL))
        return GetLastError();
    error = RegOpenKeyExW(root_of(root), path, 0, WRITE_DAC, &key);
    return error ? error : RegSetKeySecurity(key, DACL_SECURITY_INFORMATION, descriptor);
}

static LONG delete_value(const WCHAR *root, const WCHAR *path, const WCHAR *name)
{
    HKEY key;
    LONG error = RegOpenKeyExW(root_of(root), path, 0, KEY_SET_VALUE, &key);
    if (error) return error;
    error = RegDeleteValueW(key, name);
    RegCloseKey(key);
    return error;
}

/* Data as hexadecimal digits, the type as a decimal number. The key is made when it is not there. */
static LONG set_value(const WCHAR *root, const WCHAR *path, const WCHAR *name, const WCHAR *type, const WCHAR *digits)
{
    HKEY key;
    DWORD i, size = wcslen(digits) / 2;
    BYTE *data = malloc(size + 1);
    LONG error;
    for (i = 0; i < size; i++)
    {
        WCHAR pair[3] = {digits[2 * i], digits[2 * i + 1], 0};
        data[i] = (BYTE)wcstoul(pair, NULL, 16);
    }
    error = RegCreateKeyExW(root_of(root), path, 0, NULL, 0, KEY_SET_VALUE, NULL, &key, NULL);
    if (!error)
    {
        error = RegSetValueExW(key, name, 0, wcstoul(type, NULL, 10), data, size);
        RegCloseKey(key);
    }
    free(data);
    return error;
}

static LONG create_key(const WCHAR *root, const WCHAR *path)
{
    HKEY key;
    LONG error = RegCreateKeyExW(root_of(root), path, 0, NULL, 0, KEY_READ, NULL, &key, NULL);
    if (!error) RegCloseKey(key);
    return error;
}

/* A registry link: it reads as the key that it leads to, which need not be there. */
static LONG create_link(const WCHAR *root, const WCHAR *path, const WCHAR *target)
{
    HKEY key;
    LONG error = RegCreateKeyExW(root_of(root), path, 0, NULL, REG_OPTION_CREATE_LINK,
        KEY_ALL_ACCESS | KEY_CREATE_LINK, NULL, &key, NULL);
    if (error) return error;
    error = RegSetValueExW(key, L"SymbolicLinkValue", 0, REG_LINK, (const BYTE *)target,
        wcslen(target) * sizeof(WCHAR));
    RegCloseKey(key);
    return error;
}

/* A REG_SZ whose name goes on behind a NUL, as only the native interface makes it: name, NUL, "hidden". */
static LONG set_hidden(const WCHAR *root, const WCHAR *path, const WCHAR *name)
{
    static const WCHAR data[] = L"hidden";
    WCHAR whole[256] = {0};
    UNICODE_STRING counted = {0, sizeof(whole), whole};
    HKEY key;
    LONG error = RegOpenKeyExW(root_of(root), path, 0, KEY_SET_VALUE, &key);
    if (error) return error;
    wcscpy(whole, name);
    wcscpy(whole + wcslen(name) + 1, data);
    counted.Length = (wcslen(name) + wcslen(data) + 1) * sizeof(WCHAR);
    error = NtSetValueKey(key, &counted, 0, REG_SZ, (void *)data, sizeof(data)) ? ERROR_INVALID_DATA : 0;
    RegCloseKey(key);
    return error;
}

static int ready(void)
{
    SC_HANDLE manager = OpenSCManagerW(NULL, NULL, SC_MANAGER_CONNECT);
    return manager ? 0 : (int)GetLastError();
}

static LONG control(const WCHAR *name, BOOL start)
{
    static SC_HANDLE manager;
    SERVICE_STATUS status;
    SC_HANDLE service;
    BOOL done;
    LONG error = 0;
    if (!manager) manager = OpenSCManagerW(NULL, NULL, SC_MANAGER_CONNECT);
    service = OpenServiceW(manager, name, SERVICE_START | SERVICE_STOP | SERVICE_QUERY_STATUS);
    if (!service) return GetLastError();
    done = start ? StartServiceW(service, 0, NULL) : ControlService(service, SERVICE_CONTROL_STOP, &status);
    if (!done) error = GetLastError();
    CloseServiceHandle(service);
    return error;
}

static LONG apply(WCHAR **word, int *count)
{
    *count = 2;
    if (!wcscmp(word[0], L"start")) return control(word[1], TRUE);
    if (!wcscmp(word[0], L"stop")) return control(word[1], FALSE);
    *count = 3;
    if (!wcscmp(word[0], L"save")) return save(word[1], word[2]);
    if (!wcscmp(word[0], L"delete")) return RegDeleteTreeW(root_of(word[1]), word[2]);
    if (!wcscmp(word[0], L"create")) return create_key(word[1], word[2]);
    *count = 4;
    if (!wcscmp(word[0], L"secure")) return secure(word[1], word[2], word[3]);
    if (!wcscmp(word[0], L"link")) return create_link(word[1], word[2], word[3]);
    if (!wcscmp(word[0], L"hidden")) return set_hidden(word[1], word[2], word[3]);
    if (!wcscmp(word[0], L"delete_value")) return delete_value(word[1], word[2], word[3]);
    *count = 6;
    if (!wcscmp(word[0], L"set")) return set_value(word[1], word[2], word[3], word[4], word[5]);
    return ERROR_INVALID_FUNCTION;
}

static WCHAR *read_words(const WCHAR *path, size_t *length)
{
    FILE *file = _wfopen(path, L"rb");
    WCHAR *text;
    long size;
    if (!file) return NULL;
    fseek(file, 0, SEEK_END);
    size = ftell(file);
    rewind(file);
    text = calloc(size / sizeof(WCHAR) + 8, sizeof(WCHAR));
    *length = fread(text, sizeof(WCHAR), size / sizeof(WCHAR), file);
    fclose(file);
    return text;
}

static int do_all(const WCHAR *path)
{
    WCHAR *word[6], log_path[MAX_PATH], *text;
    size_t length, at = 0;
    int number = 0, failures = 0;
    FILE *log;
    if (!(text = read_words(path, &length))) return 2;
    swprintf(log_path, MAX_PATH, L"%ls.log", path);
    if (!(log = _wfopen(log_path, L"wb"))) return 3;
    enable_privilege(L"SeBackupPrivilege");
    enable_privilege(L"SeRestorePrivilege");
    for (; at < length; number++)
    {
        int i, count;
        LONG error;
        size_t next = at;
        for (i = 0; i < 6; i++)
        {
            word[i] = text + next;
            if (next < length) next += wcslen(text + next) + 1;
        }
        error = apply(word, &count);
        if (error && ++failures) fprintf(log, "%d %ld\n", number, error);
        for (i = 0; i < count; i++) at += wcslen(text + at) + 1;
    }
    fclose(log);
    return failures ? 1 : 0;
}

static int run(WCHAR *line)
{
    JOBOBJECT_EXTENDED_LIMIT_INFORMATION limit = {{{0}}};
    STARTUPINFOW start = {sizeof(start)};
    PROCESS_INFORMATION child;
    DWORD code = 1;
    HANDLE job = CreateJobObjectW(NULL, NULL);
    limit.BasicLimitInformation.LimitFlags = JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE;
    SetInformationJobObject(job, JobObjectExtendedLimitInformation, &limit, sizeof(limit));
    start.dwFlags = STARTF_USESTDHANDLES;
    start.hStdInput = GetStdHandle(STD_INPUT_HANDLE);
    start.hStdOutput = GetStdHandle(STD_OUTPUT_HANDLE);
    start.hStdError = GetStdHandle(STD_ERROR_HANDLE);
    if (!CreateProcessW(NULL, line, NULL, NULL, TRUE, CREATE_SUSPENDED, NULL, NULL, &start, &child))
        return GetLastError();
    AssignProcessToJobObject(job, child.hProcess);
    ResumeThread(child.hThread);
    WaitForSingleObject(child.hProcess, INFINITE);
    GetExitCodeProcess(child.hProcess, &code);
    return (int)code;
}

int wmain(int argc, WCHAR **argv)
{
    if (argc > 1 && !wcscmp(argv[1], L"ready")) return ready();
    if (argc > 2 && !wcscmp(argv[1], L"do")) return do_all(argv[2]);
    if (argc > 2 && !wcscmp(argv[1], L"run")) return run(argv[2]);
    return 64;
}
