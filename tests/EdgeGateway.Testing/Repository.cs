namespace EdgeGateway.Testing;

/// <summary>Where the repository and its built executables are.</summary>
public static class Repository
{
    public static string Root { get; } = FindRoot();

    /// <summary>The agent as <c>dotnet build -c Release</c> leaves it.</summary>
    public static string Agent => PathOf("edge/EdgeGateway.Agent/bin/Release/net10.0/edge-gateway");

    /// <summary>The cloud as <c>dotnet build -c Release</c> leaves it.</summary>
    public static string Cloud => PathOf("cloud/EdgeGateway.Cloud/bin/Release/net10.0/edge-cloud");

    public static string PathOf(string relative) => Path.Combine(Root, relative);

    private static string FindRoot()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "EdgeGateway.sln")))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException($"No EdgeGateway.sln above {AppContext.BaseDirectory}: run the tests from within the repository.");
    }
}
