using System.Xml.Linq;
using GostBt.AutoStart;
using GostBt.Model;
using GostBt.Profiles;

namespace GostBt.Core.Tests.AutoStart;

public sealed class ScheduledTaskTests
{
    private static readonly AgentCommandLine Agent = new(new ProfileName("home"), "/p/gostbt.exe", new GostBtPaths("/me & you/config", "/me & you/state"));

    [Fact]
    public void The_whole_task_at_boot() => Assert.Equal(
        """
        <Task version="1.2" xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task">
          <RegistrationInfo>
            <Author>GostBt</Author>
            <Description>Keeps the GostBt tunnel 'home' up. Made by Register-GostBtAutoStart.</Description>
            <URI>\GostBt\home</URI>
          </RegistrationInfo>
          <Triggers>
            <BootTrigger>
              <Repetition>
                <Interval>PT1M</Interval>
                <StopAtDurationEnd>false</StopAtDurationEnd>
              </Repetition>
              <Enabled>true</Enabled>
            </BootTrigger>
          </Triggers>
          <Principals>
            <Principal id="Author">
              <UserId>PC\me</UserId>
              <LogonType>Password</LogonType>
              <RunLevel>HighestAvailable</RunLevel>
            </Principal>
          </Principals>
          <Settings>
            <MultipleInstancesPolicy>IgnoreNew</MultipleInstancesPolicy>
            <DisallowStartIfOnBatteries>false</DisallowStartIfOnBatteries>
            <StopIfGoingOnBatteries>false</StopIfGoingOnBatteries>
            <AllowHardTerminate>true</AllowHardTerminate>
            <StartWhenAvailable>true</StartWhenAvailable>
            <RunOnlyIfNetworkAvailable>false</RunOnlyIfNetworkAvailable>
            <Enabled>true</Enabled>
            <Hidden>false</Hidden>
            <ExecutionTimeLimit>PT0S</ExecutionTimeLimit>
            <Priority>5</Priority>
            <RestartOnFailure>
              <Interval>PT1M</Interval>
              <Count>255</Count>
            </RestartOnFailure>
          </Settings>
          <Actions Context="Author">
            <Exec>
              <Command>/p/gostbt.exe</Command>
              <Arguments>agent --profile home --configuration-folder "/me &amp; you/config" --state-folder "/me &amp; you/state" --engines-folder "/me &amp; you/engines" --gost-beside</Arguments>
              <WorkingDirectory>/p</WorkingDirectory>
            </Exec>
          </Actions>
        </Task>
        """.ReplaceLineEndings("\n"),
        Written(atBoot: true).ToString().ReplaceLineEndings("\n"));

    [Fact]
    public void Without_an_account_it_starts_when_the_user_logs_on_and_needs_no_password()
    {
        var text = Written(atBoot: false).ToString();
        Assert.Contains("<LogonType>InteractiveToken</LogonType>", text, StringComparison.Ordinal);
        Assert.DoesNotContain("BootTrigger", text, StringComparison.Ordinal);
        Assert.Equal("PC\\me", Written(atBoot: false).Descendants().Single(element => element.Name.LocalName == "LogonTrigger").Elements().Single(element => element.Name.LocalName == "UserId").Value);
    }

    [Fact]
    public void As_Windows_gives_it_back_it_is_the_same()
    {
        var asked = Written(atBoot: true);
        var back = "<?xml version=\"1.0\" encoding=\"UTF-16\"?>\r\n" + asked.ToString().Replace("<Hidden>false</Hidden>", "", StringComparison.Ordinal).Replace("<Enabled>true</Enabled>", "", StringComparison.Ordinal);
        Assert.Null(ScheduledTask.Difference(asked, back));
        Assert.True(ScheduledTask.Starts(back, Agent with { Program = "/another/gostbt.exe" }));
        Assert.False(ScheduledTask.Starts(back, Agent with { Paths = new GostBtPaths("/other/config", "/other/state") }));
    }

    [Fact]
    public void Another_action_that_somebody_added_is_no_obstacle_and_no_task_as_it_was_asked_for()
    {
        var asked = Written(atBoot: true);
        const string Another = @"<Exec><Command>C:\mine.exe</Command><Arguments>--quiet</Arguments></Exec>";
        var found = asked.ToString().Replace("</Actions>", Another + "</Actions>", StringComparison.Ordinal);

        Assert.Equal(Agent.Program, ScheduledTask.ProgramOf(found, Agent));
        Assert.False(ScheduledTask.Starts(found, Agent with { Paths = new GostBtPaths("/other/config", "/other/state") }));
        Assert.Contains("Command", ScheduledTask.Difference(asked, found), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/p/gostbt.exe", "/q/evil.exe", "Command")]
    [InlineData("--profile home", "--profile away", "Arguments")]
    [InlineData("HighestAvailable", "LeastPrivilege", "RunLevel")]
    [InlineData(">Password<", ">S4U<", "LogonType")]
    [InlineData("BootTrigger", "IdleTrigger", "BootTrigger")]
    [InlineData("<Enabled>true</Enabled>\n    <Hidden>", "<Enabled>false</Enabled>\n    <Hidden>", "disabled")]
    [InlineData("<Task ", "nothing of XML", "read")]
    public void What_is_not_as_it_was_asked_for_is_named(string what, string instead, string named)
    {
        var asked = Written(atBoot: true);
        var text = asked.ToString().ReplaceLineEndings("\n");
        var found = text.Replace(what, instead, StringComparison.Ordinal);
        Assert.NotEqual(text, found);
        Assert.Contains(named, ScheduledTask.Difference(asked, found), StringComparison.Ordinal);
    }

    private static XDocument Written(bool atBoot) => ScheduledTask.Write(Agent, "PC\\me", atBoot);
}
