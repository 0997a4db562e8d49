namespace EdgeGateway.Hosting;

/// <summary>Who may sign in: a one-time code and then a password at the gateway, the user file in the cloud.</summary>
public interface ICredentials
{
    /// <summary>Name of the user these credentials belong to, or null when they are wrong.</summary>
    string? Verify(SignInRequest request);
}

/// <summary>Body of <c>POST /api/sign-in</c>.</summary>
/// <param name="Code">One-time code from the gateway's journal.</param>
/// <param name="User">Name in the cloud's user file.</param>
/// <param name="Password">Password of that user, or of the gateway.</param>
public sealed record SignInRequest(string? Code, string? User, string? Password);
