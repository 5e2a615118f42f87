namespace GostBt.Profiles;

/// <summary>Encryption by the system, for the user who calls it.</summary>
internal interface IDataProtection
{
    /// <exception cref="System.ComponentModel.Win32Exception">The system refuses.</exception>
    byte[] Protect(byte[] plain);

    /// <exception cref="System.ComponentModel.Win32Exception">It is another user's, another PC's, or damaged.</exception>
    byte[] Unprotect(byte[] sealedBytes);
}
