namespace EdgeGateway.Devices.Tests;

/// <summary>A theory that needs a mount namespace, which containers often forbid.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class MountNamespaceTheoryAttribute : TheoryAttribute
{
    public MountNamespaceTheoryAttribute()
    {
        if (!MountNamespace.Allowed)
        {
            Skip = "this machine does not let its users make mount namespaces (unshare -rm)";
        }
    }
}
