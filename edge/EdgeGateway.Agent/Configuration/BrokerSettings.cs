using EdgeGateway.Devices.Mqtt;
using EdgeGateway.Hosting;

namespace EdgeGateway.Agent.Configuration;

/// <summary>The MQTT broker of the site.</summary>
public sealed record BrokerSettings
{
    public required string Host { get; init; }

    public int? Port { get; init; }

    public string? Username { get; init; }

    /// <summary>File that holds the password, readable by the service's user alone.</summary>
    public string? PasswordFile { get; init; }

    /// <summary>PEM file of the authority that signed the broker's certificate; with it the connection is TLS.</summary>
    public string? CaFile { get; init; }

    /// <summary>What is wrong with these settings; files are looked up below <paramref name="folder"/>.</summary>
    public IEnumerable<Mistake> Check(string path, string folder)
    {
        if (string.IsNullOrWhiteSpace(Host))
        {
            yield return new Mistake(path + ".host", "is empty; give the broker's name or address");
        }

        if (Port is < 1 or > 65535)
        {
            yield return new Mistake(path + ".port", $"must be within 1 to 65535, not {Port}");
        }

        if (PasswordFile is not null && Username is null)
        {
            yield return new Mistake(path + ".username", "is missing; passwordFile goes with one");
        }

        if (CaFile is not null && !File.Exists(Path.Combine(folder, CaFile)))
        {
            yield return new Mistake(path + ".caFile", $"no file at {Path.Combine(folder, CaFile)}");
        }

        if (PasswordFile is not null && Unreadable(Path.Combine(folder, PasswordFile)) is { } reason)
        {
            yield return new Mistake(path + ".passwordFile", reason);
        }
    }

    private static string? Unreadable(string file)
    {
        try
        {
            SecretFile.Read(file);
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return e.Message;
        }
    }

    /// <summary>The client's options; the password is read from its file here and kept nowhere else.</summary>
    /// <exception cref="IOException">The password file cannot be read.</exception>
    public MqttOptions ToOptions(string gateway, string folder) => new()
    {
        Host = Host,
        Port = Port ?? (CaFile is null ? 1883 : 8883),
        ClientId = "edge-gateway-" + gateway,
        Username = Username,
        Password = PasswordFile is null ? null : SecretFile.Read(Path.Combine(folder, PasswordFile)),
        CaFile = CaFile is null ? null : Path.Combine(folder, CaFile),
    };
}
