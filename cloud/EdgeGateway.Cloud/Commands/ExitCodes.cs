namespace EdgeGateway.Cloud.Commands;

/// <summary>What the process ends with.</summary>
public static class ExitCodes
{
    public const int Done = 0;

    /// <summary>Failed while running.</summary>
    public const int Failed = 1;

    /// <summary>Wrong usage or configuration.</summary>
    public const int Usage = 2;
}
