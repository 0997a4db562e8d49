namespace EdgeGateway.Agent.Configuration;

/// <summary>The gateway's own page and API.</summary>
public sealed record WebSettings
{
    /// <summary>Address to listen on, <c>http://HOST:PORT</c>.</summary>
    public string Listen { get; init; } = "http://0.0.0.0:8080";

    /// <summary>A configuration applied from the page is undone unless it is confirmed within this time, 1 s to 1 h.</summary>
    public TimeSpan ConfirmWithin { get; init; } = TimeSpan.FromMinutes(2);
}
