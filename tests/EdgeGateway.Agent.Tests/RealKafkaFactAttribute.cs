namespace EdgeGateway.Agent.Tests;

/// <summary>A test of what only a real broker does; skipped where KAFKA_HOME names none, because the emulator limits nothing.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class RealKafkaFactAttribute : FactAttribute
{
    public RealKafkaFactAttribute()
    {
        if (string.IsNullOrEmpty(Environment.GetEnvironmentVariable("KAFKA_HOME")))
        {
            Skip = "KAFKA_HOME names no Apache Kafka, and the emulator takes records of any size";
        }
    }
}
