using GostBt.Build.Help;

if (args.Length != 2)
{
    Console.Error.WriteLine("usage: Help <folder of markdown pages> <folder for Get-Help's files>");
    return 2;
}

try
{
    // A cmdlet's page is named after it, Verb-Noun; the others are not help.
    var pages = Directory.GetFiles(args[0], "*-GostBt*.md").Order(StringComparer.Ordinal).Select(CommandPage.Read).ToList();
    MamlWriter.Write(pages, Path.Combine(args[1], "GostBt.Cmdlets.dll-Help.xml"));
    foreach (var about in Directory.GetFiles(args[0], "about_*.md"))
    {
        AboutTopic.Write(about, Path.Combine(args[1], Path.GetFileNameWithoutExtension(about) + ".help.txt"));
    }

    return 0;
}
catch (FormatException e)
{
    Console.Error.WriteLine(e.Message);
    return 1;
}
