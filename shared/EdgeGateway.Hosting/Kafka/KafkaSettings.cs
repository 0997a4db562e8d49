using Confluent.Kafka;

namespace EdgeGateway.Hosting;

/// <summary>How to reach Kafka; the <c>uplink</c> of a gateway and the <c>kafka</c> of the cloud.</summary>
public record KafkaSettings
{
    /// <summary><c>host:port</c>, several separated by commas.</summary>
    public required string BootstrapServers { get; init; }

    /// <summary><c>Plaintext</c>, <c>Ssl</c>, <c>SaslPlaintext</c> or <c>SaslSsl</c>.</summary>
    public string SecurityProtocol { get; init; } = "Plaintext";

    /// <summary>PEM file of the authority that signed the brokers' certificates.</summary>
    public string? CaFile { get; init; }

    /// <summary>PEM file of our own certificate: the identity.</summary>
    public string? CertificateFile { get; init; }

    /// <summary>PEM file of its key, readable by the service's user alone.</summary>
    public string? KeyFile { get; init; }

    /// <summary><c>Plain</c>, <c>ScramSha256</c> or <c>ScramSha512</c>; null for none.</summary>
    public string? SaslMechanism { get; init; }

    public string? Username { get; init; }

    /// <summary>File that holds the password, readable by the service's user alone.</summary>
    public string? PasswordFile { get; init; }

    /// <summary>What is wrong with these settings; files are looked up below <paramref name="folder"/>, the configuration's own.</summary>
    public IEnumerable<Mistake> Check(string path, string folder)
    {
        if (string.IsNullOrWhiteSpace(BootstrapServers))
        {
            yield return new Mistake(path + ".bootstrapServers", "is empty; give host:port of at least one broker");
        }

        if (!TryProtocol(out _))
        {
            yield return new Mistake(path + ".securityProtocol", $"'{SecurityProtocol}' is none of Plaintext, Ssl, SaslPlaintext, SaslSsl");
        }

        if (SaslMechanism is not null && Mechanism is null)
        {
            yield return new Mistake(path + ".saslMechanism", $"'{SaslMechanism}' is none of Plain, ScramSha256, ScramSha512");
        }

        if (SecurityProtocol.StartsWith("Sasl", StringComparison.Ordinal) && (SaslMechanism is null || Username is null || PasswordFile is null))
        {
            yield return new Mistake(path, $"securityProtocol {SecurityProtocol} needs saslMechanism, username and passwordFile");
        }

        if ((CertificateFile is null) != (KeyFile is null))
        {
            yield return new Mistake(path, "certificateFile and keyFile go together");
        }

        foreach (var (key, file) in new[] { ("caFile", CaFile), ("certificateFile", CertificateFile), ("keyFile", KeyFile), ("passwordFile", PasswordFile) })
        {
            if (file is not null && !File.Exists(Path.Combine(folder, file)))
            {
                yield return new Mistake($"{path}.{key}", $"no file at {Path.Combine(folder, file)}");
            }
        }
    }

    /// <summary>The client's settings; secrets are read from their files here and kept nowhere else.</summary>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public ClientConfig ToClientConfig(string clientId, string folder)
    {
        KafkaLibrary.Load();
        TryProtocol(out var protocol);
        return new ClientConfig
        {
            BootstrapServers = BootstrapServers,
            ClientId = clientId,
            SecurityProtocol = protocol,
            SslCaLocation = Locate(folder, CaFile),
            SslCertificateLocation = Locate(folder, CertificateFile),
            SslKeyLocation = Locate(folder, KeyFile),
            SaslMechanism = Mechanism,
            SaslUsername = Username,
            SaslPassword = PasswordFile is null ? null : SecretFile.Read(Path.Combine(folder, PasswordFile)),
            ReconnectBackoffMs = 100,
            ReconnectBackoffMaxMs = 5_000,
            // A dead peer behind a cellular NAT sends no reset.
            SocketKeepaliveEnable = true,
            SocketTimeoutMs = 20_000,
            // librdkafka would print to standard error past our log.
            LogConnectionClose = false,
        };
    }

    private SaslMechanism? Mechanism => SaslMechanism switch
    {
        "Plain" => Confluent.Kafka.SaslMechanism.Plain,
        "ScramSha256" => Confluent.Kafka.SaslMechanism.ScramSha256,
        "ScramSha512" => Confluent.Kafka.SaslMechanism.ScramSha512,
        _ => null,
    };

    private bool TryProtocol(out SecurityProtocol protocol) =>
        Enum.TryParse(SecurityProtocol, out protocol) && Enum.IsDefined(protocol) && !char.IsAsciiDigit(SecurityProtocol[0]);

    private static string? Locate(string folder, string? file) => file is null ? null : Path.Combine(folder, file);
}
