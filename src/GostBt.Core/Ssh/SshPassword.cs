using System.Runtime.InteropServices;
using System.Security;
using System.Text;
using GostBt.Model;

namespace GostBt.Ssh;

/// <summary>
/// A password or passphrase on its way to ssh or sudo: UTF-8 bytes at one place in memory, overwritten by <see cref="Dispose"/>. Nothing but the code that
/// sends it can read it; its text form shows nothing.
/// </summary>
public sealed class SshPassword : IDisposable
{
    /// <summary>The longest in bytes; OpenSSH's askpass takes 1023, sudo before 1.8.28 takes 255.</summary>
    public const int MaxLength = 512;

    private readonly byte[] _bytes;
    private readonly GCHandle _pin;
    private bool _disposed;

    private SshPassword(char[] text)
    {
        _bytes = [];
        try
        {
            _bytes = new byte[Encoding.UTF8.GetByteCount(text)];

            // Where it lies is where it is overwritten: the collector must not leave copies behind.
            _pin = GCHandle.Alloc(_bytes, GCHandleType.Pinned);
            Encoding.UTF8.GetBytes(text, 0, text.Length, _bytes, 0);
            Check();
        }
        catch (GostBtException)
        {
            Dispose();
            throw;
        }
        finally
        {
            Array.Clear(text, 0, text.Length);
        }
    }

    /// <param name="text">1 to 512 bytes in UTF-8, without a line end.</param>
    /// <exception cref="GostBtException"><see cref="GostBtFailure.InvalidInput"/>.</exception>
    public static SshPassword From(string text) => new((text ?? string.Empty).ToCharArray());

    /// <inheritdoc cref="From(string)"/>
    public static SshPassword From(SecureString text)
    {
        var copy = Marshal.SecureStringToGlobalAllocUnicode(text ?? throw new ArgumentNullException(nameof(text)));
        try
        {
            var characters = new char[text.Length];
            Marshal.Copy(copy, characters, 0, characters.Length);
            return new SshPassword(characters);
        }
        finally
        {
            Marshal.ZeroFreeGlobalAllocUnicode(copy);
        }
    }

    /// <summary>A text that tells nothing.</summary>
    public override string ToString() => "(hidden)";

    /// <summary>Overwrites it; a later use is an <see cref="ObjectDisposedException"/>.</summary>
    public void Dispose()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        Array.Clear(_bytes, 0, _bytes.Length);
        if (_pin.IsAllocated)
        {
            _pin.Free();
        }
    }

    /// <summary>Hands a copy to <paramref name="use"/> and overwrites it afterwards.</summary>
    internal async Task UseAsync(Func<byte[], Task> use)
    {
        var copy = Copy();
        try
        {
            await use(copy).ConfigureAwait(false);
        }
        finally
        {
            Array.Clear(copy, 0, copy.Length);
        }
    }

    /// <summary>A copy that the caller overwrites.</summary>
    internal byte[] Copy() => _disposed ? throw new ObjectDisposedException(nameof(SshPassword)) : (byte[])_bytes.Clone();

    private void Check()
    {
        if (_bytes.Length is 0 or > MaxLength)
        {
            throw new GostBtException(
                GostBtFailure.InvalidInput,
                _bytes.Length == 0 ? "A password is empty." : FormattableString.Invariant($"A password is longer than {MaxLength} bytes."),
                "Give the password of the login, or leave the parameter out to log in by key.");
        }

        if (_bytes.Any(value => value is (byte)'\n' or (byte)'\r' or 0))
        {
            throw new GostBtException(
                GostBtFailure.InvalidInput,
                "A password holds a line end or a NUL character, which neither ssh nor sudo can be given.",
                "Read it without its line end, or set another password on the server.");
        }
    }
}
