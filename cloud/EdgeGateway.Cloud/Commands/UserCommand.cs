using EdgeGateway.Hosting;

namespace EdgeGateway.Cloud.Commands;

/// <summary><c>edge-cloud user add</c>.</summary>
public static class UserCommand
{
    public static int Add(FileInfo file, string name)
    {
        if (CheckCommand.Read(file) is not { } configuration)
        {
            return ExitCodes.Usage;
        }

        Console.Error.Write($"Password of {name}: ");
        var password = Console.ReadLine() ?? "";
        if (new UserFile(configuration.UsersPath).Set(name, password) is { } wrong)
        {
            Console.Error.WriteLine(wrong);
            return ExitCodes.Usage;
        }

        Console.Error.WriteLine($"{name} may sign in; {configuration.UsersPath} holds a hash of the password.");
        return ExitCodes.Done;
    }
}
