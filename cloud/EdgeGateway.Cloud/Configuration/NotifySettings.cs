namespace EdgeGateway.Cloud.Configuration;

/// <summary>One place that alerts are told to: exactly one of its parts is set.</summary>
public sealed record NotifySettings
{
    /// <summary>URL that every change of an alert is posted to.</summary>
    public string? Webhook { get; init; }

    /// <summary>File with the key that webhooks are signed with (HMAC-SHA256).</summary>
    public string? SecretFile { get; init; }

    public SmtpSettings? Smtp { get; init; }

    /// <summary>Base URL of an Alertmanager; <c>/api/v2/alerts</c> is added.</summary>
    public string? Alertmanager { get; init; }

    /// <summary>From the change after so many within a minute on, all that gather are told in one message every 15 seconds.</summary>
    public int GroupAbove { get; init; } = 20;

    /// <summary>Tries before a change is given up, at growing distance up to five minutes: 80 are about six hours.</summary>
    public int MaxAttempts { get; init; } = 80;
}

/// <summary>A mail server.</summary>
public sealed record SmtpSettings
{
    public required string Host { get; init; }

    public int Port { get; init; } = 25;

    /// <summary>STARTTLS.</summary>
    public bool Tls { get; init; }

    public string? Username { get; init; }

    /// <summary>File that holds the password, readable by the service's user alone.</summary>
    public string? PasswordFile { get; init; }

    public required string From { get; init; }

    public required IReadOnlyList<string> To { get; init; }
}
