using EdgeGateway.Testing;

namespace EdgeGateway.Devices.Tests;

/// <summary>Whether and how a process here gets mounts of its own.</summary>
internal static class MountNamespace
{
    /// <summary>For root a mount namespace alone, for others together with a user namespace.</summary>
    public static string[] Options { get; } = Environment.IsPrivilegedProcess ? ["-m"] : ["-rm"];

    public static bool Allowed { get; } = Try();

    private static bool Try()
    {
        using var folder = new TempFolder();
        var run = ChildProcess.Run("unshare", [.. Options, "mount", "--bind", folder.Path, "/sys"]);
        return run.GetAwaiter().GetResult().ExitCode == 0;
    }
}
