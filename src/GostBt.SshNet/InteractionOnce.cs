using System.Text;
using GostBt.Ssh;
using Renci.SshNet;

namespace GostBt.SshNet;

/// <summary>The password by keyboard-interactive (RFC 4256): answers one question for it, and only where it was not refused already.</summary>
internal sealed class InteractionOnce : KeyboardInteractiveAuthenticationMethod
{
    private readonly PasswordOnce _password;

    public InteractionOnce(string user, PasswordOnce password, byte[] answer)
        : base(user)
    {
        _password = password;
        AuthenticationPrompt += (_, asked) =>
        {
            foreach (var prompt in asked.Prompts.Where(prompt => !Answered && !prompt.IsEchoed && AskpassAnswers.IsPasswordPrompt(prompt.Request)))
            {
                Answered = true;
                prompt.Response = Encoding.UTF8.GetString(answer);
            }

            // A question without an answer ends the attempt: the library refuses to send none.
        };
    }

    /// <summary>Whether the password was told.</summary>
    public bool Answered { get; private set; }

    /// <inheritdoc/>
    public override AuthenticationResult Authenticate(Session session) =>
        _password.Tried ? AuthenticationResult.Failure : base.Authenticate(session);
}
