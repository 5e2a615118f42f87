using System.Security.Cryptography;
using System.Text;
using GostBt.Model;
using GostBt.Ssh;
using Renci.SshNet;
using Renci.SshNet.Common;

namespace GostBt.SshNet;

/// <summary>The ways to log in to one hop, in order; overwrites what it holds of the password when disposed of.</summary>
internal sealed class Login : IDisposable
{
    private static readonly string[] DefaultKeys = ["id_ed25519", "id_ecdsa", "id_rsa"];

    private readonly List<IDisposable> _held = [];
    private readonly byte[]? _password;
    private readonly PasswordOnce? _byPassword;
    private readonly InteractionOnce? _byInteraction;
    private readonly SshOptions _options;

    /// <param name="hop">Whom to log in to.</param>
    /// <param name="options">Key, passphrase and password.</param>
    /// <param name="isTarget">Whether it is the target: a password is for it alone, never for a jump host.</param>
    public Login(Hop hop, SshOptions options, bool isTarget)
    {
        _options = options;
        var methods = new List<AuthenticationMethod>();
        var password = isTarget ? options.Password : null;
        var keys = options.IdentityFile is { } identity ? [identity] : password is null ? DefaultKeyFiles() : [];
        foreach (var key in keys.Select(Read).Where(key => key is not null))
        {
            methods.Add(Hold(new PrivateKeyAuthenticationMethod(hop.User, Hold(key!))));
        }

        if (password is not null)
        {
            _password = password.Copy();
            methods.Add(_byPassword = Hold(new PasswordOnce(hop.User, _password)));
            methods.Add(_byInteraction = Hold(new InteractionOnce(hop.User, _byPassword, _password)));
        }

        Methods = methods.Count > 0 ? [.. methods] : [new NoneAuthenticationMethod(hop.User)];
    }

    public AuthenticationMethod[] Methods { get; }

    /// <summary>The secret that the server was told.</summary>
    public SshPassword? Given => _byPassword?.Tried == true || _byInteraction?.Answered == true ? _options.Password : null;

    /// <inheritdoc/>
    public void Dispose()
    {
        _held.ForEach(held => held.Dispose());
        if (_password is not null)
        {
            Array.Clear(_password, 0, _password.Length);
        }
    }

    private static IEnumerable<string> DefaultKeyFiles() => DefaultKeys
        .Select(name => Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".ssh", name))
        .Where(File.Exists);

    private PrivateKeyFile? Read(string path)
    {
        var passphrase = _options.KeyPassphrase?.Copy();
        try
        {
            return new PrivateKeyFile(path, passphrase is null ? null : Encoding.UTF8.GetString(passphrase));
        }
        catch (SshPassPhraseNullOrEmptyException) when (_options.IdentityFile is null)
        {
            // One of the default keys, of which another may do.
            return null;
        }
        catch (Exception e) when (passphrase is not null && e is SshException or CryptographicException or ArgumentException or InvalidOperationException)
        {
            throw SshFailure.NotLoggedIn(_options, "the key cannot be read with it", _options.KeyPassphrase);
        }
        catch (Exception e) when (e is SshException or CryptographicException or ArgumentException or InvalidOperationException)
        {
            throw KeyFile.IsEncrypted(path)
                ? SshFailure.NotLoggedIn(_options, "no passphrase was given", null)
                : new GostBtException(GostBtFailure.InvalidInput, $"{path} is not a private key that can be read: {e.Message}", "Give a private key as ssh-keygen makes it.", e);
        }
        finally
        {
            if (passphrase is not null)
            {
                Array.Clear(passphrase, 0, passphrase.Length);
            }
        }
    }

    private T Hold<T>(T held)
        where T : IDisposable
    {
        _held.Add(held);
        return held;
    }
}
