using EdgeGateway.Cloud.Store;
using EdgeGateway.Contracts;
using EdgeGateway.Hosting;

namespace EdgeGateway.Cloud.Configuration;

/// <summary>A configuration file that was read; all its mistakes are found at once.</summary>
public sealed class CloudConfiguration
{
    private const string SqlitePrefix = "sqlite:";
    private const string PostgresPrefix = "postgres:";

    private CloudConfiguration(string path, CloudSettings settings)
    {
        Folder = Path.GetDirectoryName(path)!;
        Settings = settings with { Profiles = settings.Profiles.ToDictionary(entry => entry.Key, entry => entry.Value with { Name = entry.Key }, StringComparer.Ordinal) };
    }

    /// <summary>Folder of the file; paths in it are relative to here.</summary>
    public string Folder { get; }

    public CloudSettings Settings { get; }

    public string UsersPath => Path.Combine(Folder, Settings.Users);

    /// <summary>Folder for the session keys: the service's own, else beside the database file or the configuration.</summary>
    public string StateFolder =>
        Environment.GetEnvironmentVariable("STATE_DIRECTORY") is { Length: > 0 } service ? service.Split(':')[0]
        : SqlitePath is { } file ? Path.GetDirectoryName(file)!
        : Folder;

    /// <summary>The database's file, or null for PostgreSQL.</summary>
    public string? SqlitePath => Settings.Database.StartsWith(SqlitePrefix, StringComparison.Ordinal)
        ? Path.GetFullPath(Path.Combine(Folder, Settings.Database[SqlitePrefix.Length..]))
        : null;

    /// <summary>Reads and checks a file; null when there are mistakes.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static CloudConfiguration? Read(string path, List<Mistake> mistakes)
    {
        path = Path.GetFullPath(path);
        var settings = StrictJson.Read<CloudSettings>(File.ReadAllBytes(path), mistakes);
        if (settings is null || mistakes.Count > 0)
        {
            return null;
        }

        var configuration = new CloudConfiguration(path, settings);
        mistakes.AddRange(configuration.Check());
        return mistakes.Count == 0 ? configuration : null;
    }

    public IStore OpenStore() => SqlitePath is { } file ? new SqliteStore(file) : new PostgresStore(Settings.Database[PostgresPrefix.Length..]);

    private IEnumerable<Mistake> Check()
    {
        foreach (var mistake in Settings.Kafka.Check("$.kafka", Folder))
        {
            yield return mistake;
        }

        if (SqlitePath is null && !Settings.Database.StartsWith(PostgresPrefix, StringComparison.Ordinal))
        {
            yield return new Mistake("$.database", "must be sqlite:FILE or postgres:CONNECTION");
        }

        if (!Uri.TryCreate(Settings.Web.Listen, UriKind.Absolute, out var listen) || listen.Scheme is not ("http" or "https"))
        {
            yield return new Mistake("$.web.listen", $"'{Settings.Web.Listen}' is not an address such as http://127.0.0.1:8081");
        }

        foreach (var (name, profile) in Settings.Profiles)
        {
            foreach (var (path, message) in profile.Check())
            {
                yield return new Mistake($"$.profiles.{name}.{path}", message);
            }
        }

        if (Settings.LowStock.Default < 0 || Settings.LowStock.BySku.Values.Any(threshold => threshold < 0) || Settings.LowStock.Hysteresis is < 0 or > 10)
        {
            yield return new Mistake("$.lowStock", "thresholds are 0 or more, hysteresis is 0 to 10");
        }

        if (Settings.GatewayLostAfter < TimeSpan.FromSeconds(1))
        {
            yield return new Mistake("$.gatewayLostAfter", "must be at least 1s");
        }

        for (var i = 0; i < Settings.Notify.Count; i++)
        {
            foreach (var mistake in Check(Settings.Notify[i], $"$.notify[{i}]"))
            {
                yield return mistake;
            }
        }
    }

    private IEnumerable<Mistake> Check(NotifySettings notify, string path)
    {
        if ((notify.Webhook is null ? 0 : 1) + (notify.Smtp is null ? 0 : 1) + (notify.Alertmanager is null ? 0 : 1) != 1)
        {
            yield return new Mistake(path, "needs exactly one of webhook, smtp and alertmanager");
        }

        foreach (var (key, url) in new[] { ("webhook", notify.Webhook), ("alertmanager", notify.Alertmanager) })
        {
            if (url is not null && (!Uri.TryCreate(url, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https")))
            {
                yield return new Mistake($"{path}.{key}", $"'{url}' is not an http or https address");
            }
        }

        foreach (var (key, file) in new[] { ("secretFile", notify.SecretFile), ("smtp.passwordFile", notify.Smtp?.PasswordFile) })
        {
            if (file is not null && !File.Exists(Path.Combine(Folder, file)))
            {
                yield return new Mistake($"{path}.{key}", $"no file at {Path.Combine(Folder, file)}");
            }
        }

        if (notify.Smtp is { To.Count: 0 })
        {
            yield return new Mistake(path + ".smtp.to", "is empty; give at least one address");
        }

        if (notify.MaxAttempts is < 1 or > 100 || notify.GroupAbove < 1)
        {
            yield return new Mistake(path, "maxAttempts is 1 to 100, groupAbove at least 1");
        }
    }
}
