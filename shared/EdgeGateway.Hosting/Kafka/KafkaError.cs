namespace EdgeGateway.Hosting;

/// <summary>Trouble that a Kafka client tells of.</summary>
/// <param name="Reason">What is wrong.</param>
/// <param name="IsFatal">The client cannot go on.</param>
/// <param name="AreAllBrokersDown">No broker can be reached; the client goes on trying.</param>
/// <param name="IsMissingTopic">A topic does not exist, or not yet.</param>
public readonly record struct KafkaError(string Reason, bool IsFatal, bool AreAllBrokersDown, bool IsMissingTopic);
