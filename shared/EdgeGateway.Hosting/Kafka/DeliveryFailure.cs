namespace EdgeGateway.Hosting;

/// <summary>Why Kafka does not have a record.</summary>
/// <param name="IsRefusal">True when sending its batch again would end the same way.</param>
/// <param name="Reason">Topic and error, in words.</param>
public sealed record DeliveryFailure(bool IsRefusal, string Reason);
