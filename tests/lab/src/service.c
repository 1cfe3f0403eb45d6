/*
 * Copyright (c) 2026 Server Baseline contributors
 * GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A Win32 service that runs until it is stopped: the body of every .exe that a description names.
 */
#include <windows.h>

static SERVICE_STATUS_HANDLE handle;
static HANDLE stop_event;

static void report(DWORD state)
{
    SERVICE_STATUS status = {SERVICE_WIN32_OWN_PROCESS, state, SERVICE_ACCEPT_STOP, 0, 0, 0, 0};
    SetServiceStatus(handle, &status);
}

static DWORD WINAPI control(DWORD code, DWORD type, void *data, void *context)
{
    (void)type, (void)data, (void)context;
    if (code == SERVICE_CONTROL_STOP || code == SERVICE_CONTROL_SHUTDOWN) SetEvent(stop_event);
    return NO_ERROR;
}

static void WINAPI service(DWORD argc, WCHAR **argv)
{
    (void)argc;
    stop_event = CreateEventW(NULL, TRUE, FALSE, NULL);
    handle = RegisterServiceCtrlHandlerExW(argv[0], control, NULL);
    report(SERVICE_RUNNING);
    WaitForSingleObject(stop_event, INFINITE);
    report(SERVICE_STOPPED);
}

int wmain(void)
{
    static WCHAR name[] = L"";
    SERVICE_TABLE_ENTRYW table[] = {{name, service}, {NULL, NULL}};
    return StartServiceCtrlDispatcherW(table) ? 0 : 1;
}
