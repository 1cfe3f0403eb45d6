/*
 * Copyright (c) 2026 Server Baseline contributors
 * GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A driver that loads and does nothing. Without CAN_UNLOAD it has no DriverUnload and cannot be stopped, as a legacy
 * filter.
 */
#include <ntddk.h>

#ifdef CAN_UNLOAD
static void WINAPI unload(DRIVER_OBJECT *driver)
{
    (void)driver;
}
#endif

NTSTATUS WINAPI DriverEntry(DRIVER_OBJECT *driver, UNICODE_STRING *path)
{
    (void)path;
#ifdef CAN_UNLOAD
    driver->DriverUnload = unload;
#else
    (void)driver;
#endif
    return STATUS_SUCCESS;
}
