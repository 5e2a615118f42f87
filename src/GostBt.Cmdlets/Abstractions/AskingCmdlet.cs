using System.Management.Automation;
using System.Reflection;
using GostBt.Model;
using GostBt.Profiles;
using GostBt.Ssh;

namespace GostBt.PowerShell.Abstractions;

/// <summary>A cmdlet that may have to ask: about a plan before it is carried out, and about the key of a host seen for the first time.</summary>
public abstract class AskingCmdlet : AsyncPSCmdlet, IDynamicParameters
{
    /// <summary>Whether <c>-Force</c> answered every confirmation with yes.</summary>
    private protected virtual bool Forced => false;

    /// <summary>Whether the cmdlet logs in by ssh: it then has the parameters of <see cref="SshLogin"/>, and says so on its page in docs.</summary>
    private protected virtual bool LogsIn => false;

    /// <summary>What the user said about the login.</summary>
    private protected SshLogin Login { get; } = new();

    /// <summary>Whether this run only shows what it would do.</summary>
    private protected bool IsWhatIf { get; private set; }

    /// <inheritdoc/>
    public object? GetDynamicParameters() => LogsIn ? Login : null;

    /// <inheritdoc/>
    protected override void CheckParameters()
    {
        var declared = GetType().GetCustomAttribute<CmdletAttribute>();
        if (declared is not { SupportsShouldProcess: true })
        {
            return;
        }

        IsWhatIf = Given("WhatIf") ?? LanguagePrimitives.IsTrue(GetVariableValue("WhatIfPreference"));
        if (!IsWhatIf && !Skips() && WouldAsk(declared.ConfirmImpact) && !Prompts.CanAsk(Host))
        {
            throw new GostBtException(
                GostBtFailure.ConfirmationRequired,
                $"{MyInvocation.MyCommand.Name} asks before it changes anything, and nobody can be asked in this session.",
                "Look at the plan with -WhatIf, then say yes beforehand with -Force or -Confirm:$false.");
        }
    }

    /// <summary>Shows the plan (<c>-WhatIf</c>, <c>-Verbose</c>) or asks about it, as the user's preferences say; once.</summary>
    /// <param name="plan">What would be done.</param>
    /// <param name="question">What is asked, after the plan, where somebody is to be asked.</param>
    /// <param name="cancellationToken">Ends the wait for the answer.</param>
    /// <returns>Whether to go on.</returns>
    private protected Task<bool> ConfirmAsync(string plan, string question, CancellationToken cancellationToken) => AskAsync(
        () =>
        {
            if (IsWhatIf || !Skips())
            {
                return ShouldProcess(plan, plan + Environment.NewLine + question, MyInvocation.MyCommand.Name);
            }

            WriteVerbose(plan);
            return true;
        },
        cancellationToken);

    /// <summary>How a cmdlet that logs in reaches a profile's server: as the profile says, with what the user said about the login.</summary>
    private protected SshOptions SshFor(Profile profile) =>
        Login.Apply(SshOptions.For(profile) with { ConfirmHostKey = HostKeyPrompt(), RememberHostKey = !IsWhatIf });

    /// <summary>Asks about a host key; null where nobody can be asked, which is a no. <c>-Force</c> is no answer to this question.</summary>
    private protected Func<HostKeyQuestion, CancellationToken, Task<bool>>? HostKeyPrompt() => Prompts.CanAsk(Host)
        ? (question, cancellationToken) => AskAsync(
            () => ShouldContinue(
                $"{question.Host} is seen for the first time. Its {question.KeyType} key has the fingerprint {question.Fingerprint}. "
                + $"Compare it with what your provider's console shows. Trust this key {(IsWhatIf ? "for this look" : "from now on")}?",
                "Unknown host key"),
            cancellationToken)
        : null;

    /// <inheritdoc/>
    private protected override void Release() => Login.Dispose();

    private bool Skips() => Forced && Given("Confirm") != true;

    private bool WouldAsk(ConfirmImpact impact) => Prompts.WouldAsk(
        Given("Confirm"),
        LanguagePrimitives.TryConvertTo<ConfirmImpact>(GetVariableValue("ConfirmPreference"), out var preference) ? preference : ConfirmImpact.High,
        impact);

    private bool? Given(string name) => MyInvocation.BoundParameters.TryGetValue(name, out var value) ? LanguagePrimitives.IsTrue(value) : null;
}
