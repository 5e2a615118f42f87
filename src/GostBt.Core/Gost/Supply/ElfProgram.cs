namespace GostBt.Gost.Supply;

/// <summary>Tells from a Linux program's first bytes what it runs on (ELF: e_machine).</summary>
internal static class ElfProgram
{
    private const int MachineAt = 18;
    private const int X64 = 62;
    private const int Arm64 = 183;

    /// <summary>Whether the bytes are a 64-bit little-endian ELF program for the platform.</summary>
    public static bool IsFor(byte[] program, GostPlatform platform) =>
        program.Length > 64 && program[0] == 0x7F && program[1] == 'E' && program[2] == 'L' && program[3] == 'F' && program[4] == 2 && program[5] == 1
        && (program[MachineAt] | (program[MachineAt + 1] << 8)) == (platform.Processor == "arm64" ? Arm64 : X64);
}
