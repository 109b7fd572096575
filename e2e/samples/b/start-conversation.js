// In Dashboard Messages component
const startConversation = async (customer) => {
  const response = await api.post('/messages/conversations', {
    customerId: customer.id,
    customerName: customer.name,
    customerEmail: customer.email,
    customerPhone: customer.phone
  }, {
    headers: { Authorization: `Bearer ${token}` }
  });
  
  if (response.data.success) {
    setActiveConversation(response.data.conversation);
  }
};
