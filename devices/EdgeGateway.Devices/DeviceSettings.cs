namespace EdgeGateway.Devices;

/// <summary>What every entry of <c>devices</c> has; each driver derives its own keys from it.</summary>
public abstract record DeviceSettings
{
    /// <summary>Unique in the gateway: letters, digits, dot, dash, underscore; at most 64.</summary>
    public required string Id { get; init; }

    public required string Driver { get; init; }

    /// <summary>Mistakes in these settings as (JSON path below the device, what is wrong); empty when they will do.</summary>
    public virtual IEnumerable<(string Path, string Message)> Check() => [];
}

/// <summary>A device that yields temperatures.</summary>
public abstract record ProbeSettings : DeviceSettings
{
    /// <summary>Name of the profile whose rules judge it; null for none.</summary>
    public string? Profile { get; init; }
}
