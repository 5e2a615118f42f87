using System.Runtime.InteropServices;
using GostBt.Model;
using GostBt.Tunnel;

namespace GostBt.Core.Tests.Tunnel;

public sealed class HostBinariesTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("gostbt-host").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void The_variable_wins_over_the_module_and_PATH()
    {
        var named = Place("named/gostbt");
        Place($"module/bin/host/{HostBinaries.LocalRuntime}/gostbt");
        Place("path/gostbt");

        Assert.Equal(named, Finder(named, libraryFolder: "module/bin/core").FindLocal());
    }

    [Fact]
    public void The_module_s_own_is_found_from_the_library_s_folder()
    {
        var expected = Place($"module/bin/host/{HostBinaries.LocalRuntime}/gostbt");
        Place("path/gostbt");

        Assert.Equal(expected, Finder(null, libraryFolder: "module/bin/core").FindLocal());
    }

    [Fact]
    public void Else_PATH_is_searched()
    {
        var expected = Place("path/gostbt");

        Assert.Equal(expected, Finder(null, libraryFolder: null).FindLocal());
    }

    [Fact]
    public void A_build_with_libraries_beside_it_is_not_sent_to_a_server()
    {
        var development = Place("bin/gostbt");
        Place("bin/gostbt.dll");
        var published = Place("linux-x64/gostbt");

        Assert.Equal(published, Finder(development, libraryFolder: null).FindForUpload("linux-x64"));
    }

    [Fact]
    public void The_binary_of_another_system_is_never_taken_from_the_variable_itself()
    {
        var linux = Place("linux-x64/gostbt");
        var windows = Place("win-x64/gostbt.exe");

        Assert.Equal(windows, Finder(linux, libraryFolder: null).FindForUpload("win-x64"));
    }

    [Theory]
    [InlineData("win", Architecture.X64, "win-x64")]
    [InlineData("win", Architecture.Arm64, "win-x64")]
    [InlineData("linux", Architecture.Arm64, "linux-arm64")]
    [InlineData("osx", Architecture.Arm64, "osx-arm64")]
    public void Windows_on_ARM_runs_the_program_for_x64(string system, Architecture processor, string expected) =>
        Assert.Equal(expected, HostBinaries.RuntimeOf(system, processor));

    [SkippableTheory]
    [InlineData("0644", "0755")]
    [InlineData("0600", "0700")]
    [InlineData("0700", "0700")]
    public void One_that_was_unpacked_without_the_permission_to_run_gets_it_from_its_owner(string mode, string expected)
    {
        Skip.If(OperatingSystem.IsWindows(), "Windows has no file modes");
        var program = Place($"module/bin/host/{HostBinaries.LocalRuntime}/gostbt");
        File.SetUnixFileMode(program, (UnixFileMode)Convert.ToInt32(mode, 8));

        Assert.Equal(program, Finder(null, libraryFolder: "module/bin/core").FindLocal());

        Assert.Equal((UnixFileMode)Convert.ToInt32(expected, 8), File.GetUnixFileMode(program));
    }

    [SkippableFact]
    public void One_that_cannot_be_made_to_run_is_an_error_that_says_how_to()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "it takes a file that not even root can change");
        const string Unchangeable = "/proc/self/status";

        var error = Assert.Throws<GostBtException>(() => UnixProgram.RequireExecutable(Unchangeable));

        Assert.Equal(GostBtFailure.EngineFailed, error.Failure);
        Assert.Contains($"chmod +x '{Unchangeable}'", error.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_executable_is_an_error_that_names_the_variable()
    {
        var error = Assert.Throws<GostBtException>(() => Finder(null, libraryFolder: null).FindForUpload());

        Assert.Equal(GostBtFailure.EngineFailed, error.Failure);
        Assert.Contains(HostBinaries.Variable, error.Remedy, StringComparison.Ordinal);
    }

    private HostBinaries Finder(string? variable, string? libraryFolder) => new(
        name => name switch { HostBinaries.Variable => variable, "PATH" => Path.Combine(_folder, "path"), _ => null },
        runningProgram: null,
        libraryFolder is null ? null : Path.Combine(_folder, libraryFolder));

    private string Place(string relative)
    {
        var path = Path.Combine(_folder, relative.Replace('/', Path.DirectorySeparatorChar));
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, string.Empty);
        return path;
    }
}
