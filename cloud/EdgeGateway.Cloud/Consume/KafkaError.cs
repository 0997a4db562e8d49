namespace EdgeGateway.Cloud.Consume;

/// <summary>Trouble that the client tells of.</summary>
/// <param name="Reason">What is wrong.</param>
/// <param name="IsFatal">The client cannot go on.</param>
/// <param name="IsMissingTopic">A topic does not exist, or not yet.</param>
public readonly record struct KafkaError(string Reason, bool IsFatal, bool IsMissingTopic);
