/* A stand-in for wintun.dll 0.14 under Wine, which has no drivers: its functions with their real calling convention, and one adapter whose
   every packet written comes back to be read. A packet whose payload begins with 0xEE removes the adapter. Built at test time, never shipped. */
#include <windows.h>
#include <stdlib.h>
#include <string.h>

#define EXPORT __declspec(dllexport)
#define SLOTS 64

typedef struct { DWORD size; BYTE bytes[0xFFFF]; } Packet;

static Packet slots[SLOTS];
static Packet *writing;
static unsigned head, tail;
static int removed, adapters, sessions;
static HANDLE readable;

EXPORT void *WINAPI WintunCreateAdapter(LPCWSTR name, LPCWSTR type, const GUID *guid)
{
    if (wcscmp(name, L"taken") == 0) { SetLastError(ERROR_ALREADY_EXISTS); return NULL; }
    if (wcscmp(type, L"GostBt") != 0 || guid == NULL || guid->Data1 != 0x6ba7b810) { SetLastError(ERROR_INVALID_PARAMETER); return NULL; }
    adapters++;
    return slots;
}

EXPORT void WINAPI WintunCloseAdapter(void *adapter) { if (adapter == slots && sessions == 0) adapters--; }

EXPORT void WINAPI WintunGetAdapterLUID(void *adapter, ULONG64 *luid) { *luid = adapter == slots ? 0x0035000000000000ULL : 0; }

EXPORT void *WINAPI WintunStartSession(void *adapter, DWORD capacity)
{
    if (adapter != slots || capacity < 0x20000 || capacity > 0x4000000 || (capacity & (capacity - 1))) { SetLastError(ERROR_INVALID_PARAMETER); return NULL; }
    readable = CreateEventW(NULL, FALSE, FALSE, NULL);
    head = tail = removed = 0;
    sessions++;
    return &head;
}

EXPORT void WINAPI WintunEndSession(void *session) { if (session == &head) { sessions--; CloseHandle(readable); } }

EXPORT HANDLE WINAPI WintunGetReadWaitEvent(void *session) { return session == &head ? readable : NULL; }

EXPORT BYTE *WINAPI WintunReceivePacket(void *session, DWORD *size)
{
    if (removed) { SetLastError(ERROR_HANDLE_EOF); return NULL; }
    if (head == tail) { SetLastError(ERROR_NO_MORE_ITEMS); return NULL; }
    *size = slots[head % SLOTS].size;
    return slots[head % SLOTS].bytes;
}

EXPORT void WINAPI WintunReleaseReceivePacket(void *session, const BYTE *packet) { if (packet == slots[head % SLOTS].bytes) head++; }

EXPORT BYTE *WINAPI WintunAllocateSendPacket(void *session, DWORD size)
{
    if (removed) { SetLastError(ERROR_HANDLE_EOF); return NULL; }
    if (tail - head == SLOTS) { SetLastError(ERROR_BUFFER_OVERFLOW); return NULL; }
    writing = &slots[tail % SLOTS];
    writing->size = size;
    return writing->bytes;
}

EXPORT void WINAPI WintunSendPacket(void *session, const BYTE *packet)
{
    if (packet != writing->bytes) return;
    if (packet[20] == 0xEE) removed = 1;
    tail++;
    SetEvent(readable);
}

/* How many adapters and sessions are open, for the test. */
EXPORT int WINAPI StandInOpen(void) { return adapters * 100 + sessions; }
