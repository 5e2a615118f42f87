// A stand-in for gost.exe: says its version, and then runs without ever making a TUN. While it runs there is a file beside its configuration, which goes with the process.
#include <windows.h>
#include <stdio.h>
#include <string.h>

int main(int count, char **arguments)
{
    if (count > 1 && strcmp(arguments[1], "-V") == 0) {
        puts("gost v3.2.6 (go1.24 windows/amd64)");
        return 0;
    }
    for (int i = 1; i + 1 < count; i++) {
        char mark[1024];
        if (strcmp(arguments[i], "-C") == 0 && snprintf(mark, sizeof mark, "%s.running", arguments[i + 1]) < (int)sizeof mark
            && CreateFileA(mark, GENERIC_WRITE | DELETE, FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, NULL, CREATE_ALWAYS, FILE_FLAG_DELETE_ON_CLOSE, NULL) != INVALID_HANDLE_VALUE)
            Sleep(INFINITE);
    }
    return 1;
}
