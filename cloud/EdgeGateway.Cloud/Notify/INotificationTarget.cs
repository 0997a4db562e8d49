namespace EdgeGateway.Cloud.Notify;

/// <summary>Where alerts are told to: a webhook, a mailbox, an Alertmanager.</summary>
public interface INotificationTarget
{
    /// <summary>For logs; without secrets.</summary>
    string Name { get; }

    /// <summary>Tells one change, or several that came close together.</summary>
    /// <exception cref="HttpRequestException">Not delivered.</exception>
    /// <exception cref="System.Net.Mail.SmtpException">Not delivered.</exception>
    /// <exception cref="OperationCanceledException">Not delivered in time, or told to stop.</exception>
    Task Send(IReadOnlyList<Notification> notifications, CancellationToken stop);
}

/// <summary>One change of an alert.</summary>
/// <param name="Id">Row of the table.</param>
/// <param name="AlertId">The alert.</param>
/// <param name="State">State after the change.</param>
/// <param name="Body">The alert as JSON, as on the topic <c>alerts</c>.</param>
/// <param name="Attempts">Times it was tried before.</param>
public sealed record Notification(long Id, string AlertId, string State, string Body, int Attempts);
